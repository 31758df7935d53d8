// Ways to change a token that was right. Some leave it right; most of what they change is signed anew.
import { audience, encoded, issuedAt, issuer, payload } from '../../packages/hallpass/dist-test/attacks/forge.js'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const odd = [...' \t\n\r\0=+/.,:;"\'{}[]\\'.split(''), '．', 'é', '😀', '\ud800']
const members = ['alg', 'typ', 'kid', 'crit', 'b64', 'zip', 'jwk', 'jku', 'x5u', 'x5c', 'cty', 'enc', 'exp']
const claims = [...Object.keys(payload), 'nbf', 'auth_time', 'scope', 'act', '__proto__', 'constructor']
const times = [issuedAt - 3600, issuedAt - 60, issuedAt, issuedAt + 3, issuedAt + 60, issuedAt + 300, issuedAt + 9000]
const values = [
  ...[null, true, false, 0, -1, 1.5, 2 ** 31, 2 ** 53, '', ' ', 'x', 'x'.repeat(2000), [], [null], {}, { x: 1 }],
  ...[issuer, `${issuer}/`, audience, `${audience}.evil`, [audience], [audience, 'x'], [audience, 1], [[audience]]],
  ...['at+jwt', 'JWT', 'AT+JWT', 'application/at+jwt', 'none', 'HS256', 'EdDSA', 'ES256', 'RS256', 'PS256', 'u_42'],
  ...times,
  ...times.map(String),
  ...times.map((time) => time * 1000),
]

/** @type {{ [name: string]: (chance: import('../../packages/hallpass/dist-test/simulation/random.js').Chance, forge: object) => string }} */
export const mutations = {
  nothing: (_chance, forge) => forge.token(),
  'a character of the token': (chance, forge) => changed(chance, forge.token(), alphabet),
  'an odd character in the token': (chance, forge) => changed(chance, forge.token(), odd),
  'a bit of the signature': (chance, forge) => {
    const [header, body, signature] = forge.token().split('.')
    const bytes = Buffer.from(signature, 'base64url')
    bytes[chance.below(bytes.length)] ^= 1 << chance.below(8)
    return `${header}.${body}.${bytes.toString('base64url')}`
  },
  'segments of two tokens': (chance, forge) => {
    const one = forge.token().split('.')
    const other = forge.token({ ...forge.header, cty: 'x' }, { ...payload, sub: 'u_1' }).split('.')
    return one.map((segment, at) => (chance.happens(0.5) ? segment : other[at])).join('.')
  },
  'a segment left out or doubled': (chance, forge) => {
    const segments = forge.token().split('.')
    segments.splice(chance.below(3), chance.below(2), ...(chance.happens(0.5) ? [chance.pick(segments)] : []))
    return segments.join('.')
  },
  'an odd character in what is signed': (chance, forge) => {
    const [header, body] = forge.token().split('.')
    return forge.sealed(changed(chance, `${header}.${body}`, odd))
  },
  'a member of the header': (chance, forge) =>
    forge.token({ ...forge.header, [chance.pick(members)]: chance.pick(values) }),
  'a member of the header left out': (chance, forge) => forge.token(without(forge.header, chance)),
  'the text of the header': (chance, forge) => forge.token(rewritten(chance, JSON.stringify(forge.header))),
  'a claim': (chance, forge) =>
    forge.token(undefined, JSON.stringify({ ...payload, [chance.pick(claims)]: chance.pick(values) })),
  'two claims': (chance, forge) =>
    forge.token(
      undefined,
      JSON.stringify({
        ...payload,
        [chance.pick(claims)]: chance.pick(values),
        [chance.pick(claims)]: chance.pick(values),
      }),
    ),
  'a claim left out': (chance, forge) => forge.token(undefined, without(payload, chance)),
  'a claim twice': (chance, forge) => {
    const name = chance.pick(claims)
    return forge.token(
      undefined,
      `{"${name}":${JSON.stringify(chance.pick(values))},${JSON.stringify(payload).slice(1)}`,
    )
  },
  'the text of the payload': (chance, forge) => forge.token(undefined, rewritten(chance, JSON.stringify(payload))),
  'the bytes of the payload': (chance, forge) => {
    const bytes = Buffer.from(JSON.stringify(payload))
    bytes[chance.below(bytes.length)] = chance.below(256)
    return forge.token(undefined, bytes)
  },
  'loose ends of base64url': (chance, forge) => {
    const segments = forge.token(undefined, JSON.stringify({ ...payload, x: 'x'.repeat(chance.below(3)) })).split('.')
    const at = chance.below(3)
    segments[at] = segments[at].slice(0, -1) + alphabet[alphabet.indexOf(segments[at].at(-1)) ^ 1]
    return at === 2 ? segments.join('.') : forge.sealed(`${segments[0]}.${segments[1]}`)
  },
  'another key': (chance, forge) => {
    const [header, body] = forge.token().split('.')
    const stranger = new forge.constructor(forge.alg)
    return stranger.sealed(
      chance.happens(0.5) ? `${header}.${body}` : `${encoded({ ...forge.header, kid: 'x' })}.${body}`,
    )
  },
}

function without(object, chance) {
  const { [chance.pick(Object.keys(object))]: _, ...rest } = object
  return rest
}

/** One character replaced, taken out, or put in. */
function changed(chance, text, characters) {
  const at = chance.below(text.length + 1)
  const character = chance.pick([...characters])
  return text.slice(0, at) + chance.pick([character, '', character + (text[at] ?? '')]) + text.slice(at + 1)
}

/** JSON that means the same, or nearly. */
function rewritten(chance, json) {
  const ways = [
    () => ` ${json}\n`,
    () => `\ufeff${json}`,
    () => json.replaceAll(':', ' : '),
    () => json.replace(/"([a-z])/, (_, letter) => `"\\u00${letter.charCodeAt(0).toString(16)}`),
    () => `${json}${chance.pick(['x', '{}', '\0', ' ', ','])}`,
    () => json.replace(/}$/, chance.pick([',}', '', '}}', ',"x":NaN}', ',"x":1e400}', ',"x":01}', ",'x':1}"])),
    () => json.replace(/}$/, `,"x":"${chance.pick(['\\ud800', '\\ud83d\\ude00', '\\x41', '\t', 'é'])}"}`),
    () => changed(chance, json, [...odd, 'a', 'b', '0', '9']),
  ]
  return chance.pick(ways)()
}
