import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { LogHint, Store } from '#src/core/store.js'

type Port = 'sessions' | 'log' | 'keys' | 'accounts' | 'clients' | 'audit'

export interface Request {
  readonly number: number
  /** Which store of the process, and its file for when there is none of that name yet. */
  readonly store: string
  readonly file: string
  readonly port: Port | null
  readonly method: string
  readonly values: readonly unknown[]
}

export interface Answer {
  /** That of the request. */
  readonly number: number
  readonly outcome: 'answered' | 'failed' | 'hint'
  readonly value: unknown
}

type Send = (request: Omit<Request, 'number' | 'store' | 'file'>) => Promise<unknown>

let requests = 0
let openings = 0
const processes: Serving[] = []

/**
 * A store whose calls reach three processes in turn, each with a store of its own on the one file: what a call relies
 * on, another process has written.
 */
export function sqliteOfThreeProcesses(file: string): Store {
  while (processes.length < 3) processes.push(servingProcess())
  const opening = { store: `${file} ${++openings}`, file }
  let turn = 0
  const next = (): Serving => processes[turn++ % processes.length]!
  const send: Send = (request) => next().call({ ...opening, ...request })
  const log = portThrough(send, 'log')
  return {
    engine: 'sqlite',
    sessions: portThrough(send, 'sessions'),
    log: new Proxy(log, {
      get(target, name) {
        if (name === 'mayForget' || name === 'inOrder') return false
        if (name === 'subscribe') return (heard: (hint: LogHint) => void) => next().subscribe(opening, heard)
        return Reflect.get(target, name) as unknown
      },
    }),
    keys: portThrough(send, 'keys'),
    accounts: portThrough(send, 'accounts'),
    clients: portThrough(send, 'clients'),
    audit: portThrough(send, 'audit'),
    check: async () => void (await send({ port: null, method: 'check', values: [] })),
    async close() {
      await Promise.all(processes.map(({ call }) => call({ ...opening, port: null, method: 'close', values: [] })))
    },
  }
}

function portThrough<Name extends Port>(send: Send, port: Name): Store[Name] {
  const get =
    (_: unknown, method: string) =>
    (...values: unknown[]) =>
      send({ port, method, values })
  return new Proxy({}, { get }) as Store[Name]
}

interface Serving {
  readonly call: (request: Omit<Request, 'number'>) => Promise<unknown>
  readonly subscribe: (opening: { store: string; file: string }, heard: (hint: LogHint) => void) => () => void
}

/** Keeps this process alive while it owes an answer, and ends with it. */
function servingProcess(): Serving {
  const script = fileURLToPath(new URL('./sqlite-serving-process.js', import.meta.url))
  const child = fork(script, { serialization: 'advanced' })
  const waiting = new Map<number, (answer: Answer) => void>()
  const listeners = new Map<number, (hint: LogHint) => void>()
  child.on('message', ({ number, outcome, value }: Answer) => {
    if (outcome === 'hint') return listeners.get(number)?.(value as LogHint)
    waiting.get(number)?.({ number, outcome, value })
    waiting.delete(number)
    if (waiting.size === 0) release(child)
  })
  child.once('exit', (code) => {
    for (const [number, settle] of waiting) settle({ number, outcome: 'failed', value: `the process ended: ${code}` })
  })
  release(child)
  return {
    call(request) {
      const number = ++requests
      child.ref()
      child.channel?.ref()
      child.send({ ...request, number })
      return new Promise((resolve, reject) => {
        waiting.set(number, ({ outcome, value }) =>
          outcome === 'answered' ? resolve(value) : reject(new Error(String(value))),
        )
      })
    },
    subscribe(opening, heard) {
      const subscription = { ...opening, number: ++requests, port: null, values: [] }
      listeners.set(subscription.number, heard)
      child.send({ ...subscription, method: 'subscribe' })
      return () => {
        listeners.delete(subscription.number)
        child.send({ ...subscription, method: 'unsubscribe' })
      }
    },
  }
}

function release(child: ChildProcess): void {
  child.unref()
  child.channel?.unref()
}
