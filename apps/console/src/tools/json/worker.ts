import type { Work } from 'hallpass/inspect'
import { Desk } from './desk'
import type { FromWorker, ToWorker } from './messages'

/** Milliseconds of work before others may go first. */
const turn = 12

const desk = new Desk()
const cancelled = new Set<number>()
class Cancelled extends Error {}

addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  if ('cancel' in data) cancelled.add(data.id)
  else void answer(data)
})

async function answer(asked: Exclude<ToWorker, { cancel: true }>): Promise<void> {
  const { id } = asked
  try {
    say({ id, answer: await desk.answer(asked, (work) => inTurns(id, work)) })
  } catch (error) {
    if (error instanceof Cancelled) say({ id, cancelled: true })
    else say({ id, failed: error instanceof Error ? error.message : String(error) })
  } finally {
    cancelled.delete(id)
  }
}

/** Runs long work so that other messages are heard meanwhile, one that cancels it among them. */
async function inTurns<Result>(id: number, work: Work<Result>): Promise<Result> {
  let since = performance.now()
  for (let step = work.next(); ; step = work.next()) {
    if (step.done === true) return step.value
    if (performance.now() - since > turn) {
      say({ id, progress: step.value })
      await others()
      if (cancelled.has(id)) throw new Cancelled()
      since = performance.now()
    }
  }
}

const { port1, port2 } = new MessageChannel()

/** A message to itself comes behind those that wait; a timer would wait for 4 ms each time. */
async function others(): Promise<void> {
  await new Promise<void>((resolve) => {
    port1.addEventListener('message', () => resolve(), { once: true })
    port1.start()
    port2.postMessage(null)
  })
}

function say(message: FromWorker): void {
  postMessage(message)
}
