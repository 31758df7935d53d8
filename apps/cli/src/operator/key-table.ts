import type { KeysAnswer } from 'hallpass-server/contract'
import { type Paint, table } from '../paint.js'
import { printable } from '../printable.js'
import { distance, moment } from './words.js'

const width = 32

/** The key ring as a table, with a time line: when each key is what it is, and where now is. */
export function keyTable({ keys, rotatesAt }: KeysAnswer, paint: Paint, now: number): string {
  const times = keys.flatMap(({ since, until }) => [since, until ?? rotatesAt])
  const [from, to] = [Math.min(now, ...times), Math.max(now, rotatesAt, ...times)]
  const place = (time: number): number => Math.round(((time - from) / Math.max(1, to - from)) * (width - 1))
  const line = (stroke: string, since: number, until: number): string => {
    const drawn = (cell: number): string => {
      if (cell === place(now)) return '|'
      return cell >= place(since) && cell <= place(until) ? stroke : '.'
    }
    return Array.from({ length: width }, (_, cell) => drawn(cell)).join('')
  }
  const rows = keys.map(({ kid, alg, state, since, until }) => [
    ...[
      kid === '' ? '(a new one)' : printable(kid),
      state === 'active' ? paint.good(state) : printable(state),
      printable(alg),
    ],
    ...[moment(since), until === null ? '-' : moment(until), line(state === 'active' ? '=' : '-', since, until ?? to)],
  ])
  const next = `The next key goes to work by itself on ${moment(rotatesAt)}, ${distance(rotatesAt, now)}.`
  return `${table(['KEY', 'STATE', 'SIGNS WITH', 'SINCE', 'UNTIL', 'TIME LINE ("=" SIGNS, "|" IS NOW)'], rows, paint)}${paint.soft(next)}\n`
}
