import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** A Lua script: one atomic step of Redis. */
export interface Script {
  readonly text: string
  /** What Redis calls it by. */
  readonly sha: string
}

const folder = new URL('./lua/', import.meta.url)

/** The script that the named files make together; every one may use what those before it define. */
export function script(...names: string[]): Script {
  const files = ['number', ...names].map((name) => readFileSync(new URL(`${name}.lua`, folder), 'utf8'))
  const text = files.join('\n')
  return { text, sha: createHash('sha1').update(text).digest('hex') }
}

/** One entry, by itself. */
export const append = script('append', 'log-append')
