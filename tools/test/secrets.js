// Promise 4 for a whole run: what the rigs of apps/server recorded (apps/server/test/record.ts) is searched for every
// secret issued in it.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A secret is known by so many characters of it, so that one cut short is found too: 120 bits of 256. */
const known = 20
const runs = new RegExp(`[\\w-]{${known},}`, 'g')
const ownCookie = /^((?:__Host-Http-|__Secure-)?hallpass(?:-access|-refresh)?)=([^;]*)/
const ownTokens = ['accessToken', 'refreshToken', 'sessionToken']
/** What an answer hands out at its top level, by its address. */
const ownMembers = [
  [/^\/auth\/csrf(?:\?|$)/, ['token']],
  [/^\/oauth\/token(?:\?|$)/, ['access_token', 'refresh_token']],
  [/^\/admin\/clients(?:\/[\w-]+\/secrets)?$/, ['secret']],
]
const names = { token: 'CSRF token', secret: 'client secret' }
const passwordFields = ['password', 'currentPassword', 'newPassword']
/** What tests offer as a password in vain: words that stand in every page, and an address. */
const noPasswords = new Set(['password', 'password1', 'anna@example.com'])

/**
 * Searches a folder of recordings. Answers {issued, logs, answers, addresses, databases, finds: [text]}: how many
 * secrets, bytes of logs and so on there were, and where which secret was found, which is never told whole.
 */
export function searchSecrets(folder) {
  const secrets = new Map()
  const places = readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').trimEnd().split('\n'))
    .flatMap((line) => placesIn(JSON.parse(line), secrets, folder))
  const count = (kind) => places.filter((place) => place.kind === kind).length
  const logs = places.filter(({ kind }) => kind === 'log').reduce((sum, { text }) => sum + text.length, 0)
  const searched = { logs, answers: count('answer'), addresses: count('address'), databases: count('database') }
  return { issued: secrets.size, ...searched, finds: findsIn(places, secrets) }
}

/** One line for the run, and whether it passed; a run that recorded nothing of some kind did not. */
export function verdict({ issued, logs, answers, addresses, databases, finds }) {
  const number = (value) => value.toLocaleString('en')
  const searched = `${(logs / 1e6).toFixed(1)} MB of logs, ${number(answers)} answers, ${number(addresses)} addresses`
  const ok = finds.length === 0 && [issued, logs, answers, addresses, databases].every((amount) => amount > 0)
  const line = `secrets: ${number(issued)} issued, searched ${searched} and ${number(databases)} databases`
  return { ok, line: `${line}: ${finds.length} found` }
}

/** [{kind, test, name, text}] of what was seen; the secrets in it go into the map, each with what it is. */
function placesIn({ test, ...seen }, secrets, folder) {
  const place = (kind, name, text) => [{ kind, test, name, text }]
  if ('root' in seen) secrets.set(seen.root, 'root secret')
  if ('upstreamToken' in seen) secrets.set(seen.upstreamToken, 'upstream token')
  if ('asked' in seen) for (const password of passwordsIn(seen.asked)) secrets.set(password, 'password')
  if ('logged' in seen) return place('log', 'the log', seen.logged)
  if ('address' in seen) return place('address', 'an address', seen.address)
  if ('stored' in seen) return place('database', 'the store', JSON.stringify(seen.stored))
  if ('database' in seen) return place('database', 'the database', readFileSync(join(folder, seen.database), 'latin1'))
  if ('answered' in seen) {
    const { path, status } = seen.answered
    return place('answer', `answer ${status} of ${path.split('?')[0]}`, withoutOwn(seen.answered, secrets))
  }
  return []
}

/**
 * The answer less what it hands to its own client: values of our cookies, members of `tokens`, the CSRF token, the tokens
 * of OAuth, the secret of one of its clients, and the answer that an operator had relayed.
 */
function withoutOwn({ path, status, headers, body: whole }, secrets) {
  const body = path === '/admin/relay' ? withoutRelayed(whole) : whole
  const lines = headers.flatMap(([name, value]) => value.split('\n').map((line) => [name.toLowerCase(), line]))
  const kept = lines.map(([name, line]) => {
    if (name === 'authorization' && path.startsWith('/auth/check')) return upstreamToken(line, secrets)
    const [, cookie, value] = (name === 'set-cookie' && ownCookie.exec(line)) || []
    if (!value) return `${name}: ${line}`
    secrets.set(value, `cookie ${cookie}`)
    return `${name}: ${line.replace(ownCookie, '$1=')}`
  })
  const json = status === 200 || status === 201 ? parsed(body) : null
  const taken = [
    ...ownTokens.map((name) => [json?.tokens, name]),
    ...ownMembers.filter(([at]) => at.test(path)).flatMap(([, names]) => names.map((name) => [json, name])),
  ].filter(([from, name]) => typeof from?.[name] === 'string')
  for (const [from, name] of taken) {
    secrets.set(from[name], names[name] ?? name)
    delete from[name]
  }
  return [...kept, taken.length > 0 ? JSON.stringify(json) : body].join('\n')
}

/** The headers and the body that somebody else answered with. */
function withoutRelayed(body) {
  const { response, ...answer } = parsed(body) ?? {}
  return JSON.stringify({ ...answer, ...(response && { response: { ...response, headers: [], body: '' } }) })
}

/** What a proxy that asks is answered, for the backend. Empty for nobody. */
function upstreamToken(line, secrets) {
  const [, token] = /^Bearer (.+)$/.exec(line) ?? []
  if (token !== undefined) secrets.set(token, 'upstream token')
  return 'authorization:'
}

/** A password of one or two characters over and over is padding. */
function passwordsIn(body) {
  const json = parsed(body)
  return passwordFields
    .map((field) => json?.[field])
    .filter((value) => typeof value === 'string' && value.length >= 8 && new Set(value).size > 2)
    .filter((value) => !noPasswords.has(value))
}

/** Tokens by the beginning of their secret part, which would do as well as the whole; the others as they are. */
function findsIn(places, secrets) {
  const byBeginning = new Map()
  const plain = []
  for (const secret of secrets.keys()) {
    const secretPart = secret.slice(secret.lastIndexOf('.') + 1)
    if (/^[\w-]+$/.test(secretPart) && secretPart.length >= known) byBeginning.set(secretPart.slice(0, known), secret)
    else plain.push(...spellings(secret).map((spelling) => [spelling, secret]))
  }
  return places.flatMap(({ test, name, text }) => {
    const found = new Set([...beginningsIn(text, byBeginning), ...spellingsIn(text, plain)])
    return [...found].map((secret) => `${test}: ${name} holds a ${secrets.get(secret)}, ${secret.slice(0, 6)}…`)
  })
}

function* beginningsIn(text, byBeginning) {
  for (const [run] of text.matchAll(runs)) {
    for (let at = 0; at + known <= run.length; at += 1) {
      const secret = byBeginning.get(run.slice(at, at + known))
      if (secret !== undefined) yield secret
    }
  }
}

function spellingsIn(text, plain) {
  return plain.filter(([spelling]) => text.includes(spelling)).map(([, secret]) => secret)
}

/** As it is, and as it would stand in JSON, in an address, in a form, and in the bytes of a file. */
function spellings(secret) {
  const encoded = encodeURIComponent(secret.toWellFormed())
  const bytes = Buffer.from(secret).toString('latin1')
  return [...new Set([secret, JSON.stringify(secret).slice(1, -1), encoded, encoded.replaceAll('%20', '+'), bytes])]
}

function parsed(text) {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
