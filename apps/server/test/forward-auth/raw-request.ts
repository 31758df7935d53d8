import { connect } from 'node:net'

/** What came back over a socket of one's own. */
export interface RawAnswer {
  /** Of the first answer, an interim one included; 0 where none came. */
  readonly status: number
  readonly text: string
}

/** Sends bytes as they are, and reads until the other side closes, or what came is enough. */
export function rawRequest(
  port: number,
  lines: readonly string[],
  body = '',
  isEnough: (text: string) => boolean = () => false,
): Promise<RawAnswer> {
  return new Promise((resolve) => {
    let text = ''
    const socket = connect(port, '127.0.0.1')
    const done = (): void => {
      socket.destroy()
      resolve({ status: Number(/^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1] ?? 0), text })
    }
    socket.setTimeout(20_000, done)
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
      if (isEnough(text)) done()
    })
    socket.on('close', done)
    socket.on('error', done)
    socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`, 'latin1')
  })
}

/** One whole answer, where the connection goes on after it. */
export function isWhole(text: string): boolean {
  const [head = '', ...rest] = text.split('\r\n\r\n')
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1]
  return length !== undefined && rest.join('\r\n\r\n').length >= Number(length)
}
