export interface TakenOff {
  readonly token: string
  /** What stood around it, from the outside in. */
  readonly takenOff: readonly string[]
}

interface Layer {
  readonly rest: string
  readonly what: string
}

/** More layers than anybody pastes. */
const mostLayers = 6

/** The token in what was pasted: a header, a line of a log, a value in quotes. */
export function takeOff(pasted: string): TakenOff {
  let token = pasted
  const takenOff: string[] = []
  for (let layers = 0; layers < mostLayers; layers++) {
    const layer = whiteSpace(token) ?? quotes(token) ?? prefix(token) ?? cookie(token)
    if (layer === null) break
    token = layer.rest
    takenOff.push(layer.what)
  }
  return { token, takenOff }
}

function whiteSpace(text: string): Layer | null {
  const rest = text.trim()
  return rest === text || rest === '' ? null : { rest, what: 'white space around it' }
}

function quotes(text: string): Layer | null {
  const quote = text[0]
  const quoted = (quote === '"' || quote === "'" || quote === '`') && text.length > 2 && text.at(-1) === quote
  return quoted ? { rest: text.slice(1, -1), what: 'quotes' } : null
}

const prefixes: readonly (readonly [RegExp, what: string])[] = [
  [/^authorization[ \t]*:/i, 'the header name Authorization'],
  [/^bearer[ \t]+/i, 'the scheme Bearer'],
  [/^dpop[ \t]+(?=\S)/i, 'the scheme DPoP'],
]

function prefix(text: string): Layer | null {
  for (const [pattern, what] of prefixes) {
    const found = pattern.exec(text)
    if (found !== null && found[0].length < text.length) return { rest: text.slice(found[0].length), what }
  }
  return null
}

const token = /^"?(?:ey[A-Za-z0-9_-]*\.|hp_[sr]\.)/
const cookieHeader = /^(set-)?cookie[ \t]*:/i
const pair = /^\s*([^\s=;,"{}[\]]+)=(.*)$/s

/** The cookie that holds a token, of a `Cookie` or `Set-Cookie` header or of its value alone. */
function cookie(text: string): Layer | null {
  const header = cookieHeader.exec(text)
  const pieces = text.slice(header?.[0].length ?? 0).split(';')
  const pairs = pieces.map((piece) => pair.exec(piece))
  const at = pairs.findIndex((found) => found !== null && token.test(found[2]!))
  const chosen = at === -1 && header !== null ? pairs[0] : pairs[at]
  if (chosen === undefined || chosen === null) return null
  const rest = chosen[2]!.trim()
  const named = `${header === null ? '' : `the header name ${header[1] === undefined ? 'Cookie' : 'Set-Cookie'} and `}the cookie name ${chosen[1]!.slice(0, 80)}`
  const others = pieces.length - 1
  if (others === 0) return { rest, what: named }
  const beside = header?.[1] === undefined ? `${others} more beside it` : `its attributes (${attributes(pieces)})`
  return { rest, what: `${named}, and ${beside}` }
}

function attributes(pieces: readonly string[]): string {
  return pieces
    .slice(1, 9)
    .map((piece) => piece.trim().slice(0, 60))
    .join('; ')
}
