import { setTimeout as sleep } from 'node:timers/promises'
import { isAccepted, signIn, signOut } from './client.js'

const pause = 5
/** Milliseconds without an acceptance, after which none is expected any more. */
const quiet = 2000

/**
 * A person signs out at one instance; a copy of the credential, taken before, is presented to that one and to another
 * until neither has believed it for two seconds.
 *
 * @returns milliseconds between the answer to the sign-out and the start of the last check that was accepted, 0 for
 * none; and how many checks were made after it
 */
export async function revocation({ here, elsewhere, origin, signOutAddress }) {
  const credential = await signIn(here, origin, 7)
  const asked = { signingOut: false, at: null }
  const polls = [poll(here, credential, asked), poll(elsewhere, credential, asked)]
  // both have seen it, and whoever remembers does
  await sleep(500)
  asked.signingOut = true
  await signOut(here, origin, signOutAddress, credential)
  asked.at = performance.now()
  const [one, other] = await Promise.all(polls)
  return { here: one, elsewhere: other }
}

async function poll(port, credential, asked) {
  let lastAccepted = 0
  let checks = 0
  let accepted = 0
  while (asked.at === null || performance.now() - Math.max(lastAccepted, asked.at) < quiet) {
    const mustHold = !asked.signingOut
    const began = performance.now()
    const believed = await isAccepted(port, credential)
    if (!believed && mustHold && !asked.signingOut) throw new Error('a live credential was refused')
    if (asked.at !== null && began > asked.at) {
      checks += 1
      if (believed) {
        accepted += 1
        lastAccepted = began
      }
    }
    await sleep(pause)
  }
  return { acceptedFor: Math.round(Math.max(0, lastAccepted - asked.at)), checks, accepted }
}
