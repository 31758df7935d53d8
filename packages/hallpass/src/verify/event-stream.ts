/** One server-sent event. */
export interface StreamEvent {
  readonly type: string
  readonly data: string
}

/**
 * Reads server-sent events (WHATWG HTML, section 9.2.6) from text that comes in pieces. Throws where a line, or the
 * data of an event, has more than `longest` characters: whoever sends that is no instance.
 */
export function createEventReader(longest: number, heard: (event: StreamEvent) => void): (piece: string) => void {
  let rest = ''
  let type = ''
  let data: string[] = []

  function take(line: string): void {
    if (line === '') return dispatch()
    const colon = line.indexOf(':')
    const field = colon === -1 ? line : line.slice(0, colon)
    const value = colon === -1 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1)
    if (field === 'event') type = value
    else if (field === 'data') data.push(value)
    if (data.reduce((length, one) => length + one.length, 0) > longest) throw tooLong(longest)
  }

  function dispatch(): void {
    if (data.length > 0) heard({ type: type === '' ? 'message' : type, data: data.join('\n') })
    type = ''
    data = []
  }

  return (piece) => {
    const text = rest + piece
    let from = 0
    for (const { index, 0: end } of text.matchAll(/\r\n|\n|\r/g)) {
      // What follows the last one may be the rest of it.
      if (end === '\r' && index === text.length - 1) break
      take(text.slice(from, index))
      from = index + end.length
    }
    rest = text.slice(from)
    if (rest.length > longest) throw tooLong(longest)
  }
}

function tooLong(longest: number): Error {
  return new Error(`an event of the stream has more than ${longest} characters`)
}
