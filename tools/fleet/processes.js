// Child processes that answer questions over IPC: both ends of it.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { atTheEnd } from './cleanup.js'

/**
 * Starts a module of this folder in a process of its own, and waits for its ready line on stdout.
 *
 * @param {string} module such as './instance.js'
 * @param {object} settings what it finds as JSON in its first argument
 * @param {string[]} execArgv options for node
 */
export async function launch(module, settings, execArgv = []) {
  const child = fork(new URL(module, import.meta.url), [JSON.stringify(settings)], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    execArgv,
  })
  // A process that is stopped takes no other signal.
  const kill = atTheEnd(() => child.kill('SIGKILL'))
  const ended = once(child, 'exit')
  const asked = new Map()
  child.on('message', ({ number, answer, error }) => {
    const { resolve, reject } = asked.get(number)
    asked.delete(number)
    if (error === undefined) resolve(answer)
    else reject(new Error(`${module}: ${error}`))
  })
  void ended.then(() => {
    for (const { reject } of asked.values()) reject(new Error(`${module} ended`))
    asked.clear()
  })
  const ready = await new Promise((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      const line = /^ready (.*)$/m.exec(String(chunk))
      if (line !== null) resolve(JSON.parse(line[1]))
    })
    child.once('exit', (code) => reject(new Error(`${module} ended before it was ready: ${code}`)))
  })
  let last = 0
  return {
    pid: child.pid,
    ready,
    ask: (verb, ...values) =>
      new Promise((resolve, reject) => {
        const number = ++last
        asked.set(number, { resolve, reject })
        child.send({ number, verb, values })
      }),
    signal: (name) => child.kill(name),
    /** Ends it as a crash would. */
    async end() {
      kill()
      await ended
    },
  }
}

/** What this process was started with. */
export function settingsOfThisProcess() {
  return JSON.parse(process.argv[2])
}

/**
 * Answers the questions of the process that launched this one, and ends with it.
 *
 * @param {Record<string, (...values: any[]) => any>} verbs
 * @param {unknown} ready what the launcher is told first
 */
export function answerQuestions(verbs, ready = null) {
  process.on('message', ({ number, verb, values }) => {
    answerTo(verbs[verb], values).then(
      (answer) => process.send({ number, answer: answer ?? null }),
      (error) =>
        process.send({ number, error: `${verb}: ${error.reason ?? ''} ${error.stack} ${error.cause?.stack ?? ''}` }),
    )
  })
  process.once('disconnect', () => process.exit())
  // The terminal tells the whole group; whoever launched this one ends it.
  process.on('SIGINT', () => undefined)
  process.stdout.write(`ready ${JSON.stringify(ready)}\n`)
}

async function answerTo(verb, values) {
  return verb(...values)
}

/** Nanoseconds of the machine's one monotonic clock, which every process reads alike. */
export function stamp() {
  return Number(process.hrtime.bigint())
}
