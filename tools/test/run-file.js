import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const reporter = fileURLToPath(new URL('./reporter.js', import.meta.url))
const running = new Set()

/** How long one test file may take before it is ended. */
export const longest = 300_000

/**
 * Runs one test file in a process group of its own, so that whatever it started can be found and ended.
 * Answers {file, ms, passed, failures: [{name, error}], skipped: [{name, reason}]}.
 */
export async function runFile(file, { node = process.execPath, cwd, scratch, limit = longest }) {
  const began = performance.now()
  const report = join(scratch, `${file.replaceAll(/[^\w.]/g, '_')}.jsonl`)
  const args = [`--test-reporter=${reporter}`, `--test-reporter-destination=${report}`, file]
  // set when a test of ours runs a test: the inner one must speak to its own reporter
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const child = spawn(node, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  running.add(child.pid)
  const { code, output, timedOut } = await ended(child, limit)
  const leftBehind = !timedOut && !(await groupEmpties(child.pid))
  if (leftBehind) endGroup(child.pid)
  if (leftBehind || timedOut) await groupEmpties(child.pid)
  running.delete(child.pid)
  return judge({ file, report, code, output, timedOut, leftBehind, limit, ms: performance.now() - began })
}

/** Ends whatever is still running; for when the runner itself is interrupted. */
export function endAll() {
  for (const pid of running) endGroup(pid)
}

function ended(child, limit) {
  return new Promise((resolve) => {
    let output = ''
    let timedOut = false
    const keep = (chunk) => (output = (output + chunk).slice(-20_000))
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    const timer = setTimeout(() => {
      timedOut = true
      endGroup(child.pid)
    }, limit)
    const done = (code) => {
      clearTimeout(timer)
      child.stdout.destroy()
      child.stderr.destroy()
      resolve({ code, output, timedOut })
    }
    child.on('error', (error) => ((output += error.message), done(1)))
    // a grandchild may hold the pipes open: wait a moment for the rest of the output, no longer
    child.on('exit', (code) => setTimeout(done, 50, code))
  })
}

function endGroup(pid) {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // the group is empty
  }
}

/** What a test closed may need a moment to be gone; what is still there after two seconds was left behind. */
async function groupEmpties(pid) {
  for (let attempt = 0; attempt < 40; attempt += 1) {
    if (!groupLives(pid)) return true
    await sleep(50)
  }
  return false
}

/** Ended processes that nobody has collected yet (state Z) do not count. */
function groupLives(group) {
  if (!existsSync('/proc/self/stat')) return false
  return readdirSync('/proc').some((entry) => {
    if (!/^\d+$/.test(entry)) return false
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8')
      const [state, , processGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return Number(processGroup) === group && state !== 'Z'
    } catch {
      return false
    }
  })
}

function judge({ file, report, code, output, timedOut, leftBehind, limit, ms }) {
  const text = existsSync(report) ? readFileSync(report, 'utf8') : ''
  const results = text
    .split('\n')
    .filter((line) => line.endsWith('}'))
    .map((line) => JSON.parse(line))
  const failures = results.filter(({ passed, skip }) => !passed && skip === undefined)
  const skipped = results.filter(({ skip }) => skip !== undefined).map(({ name, skip }) => ({ name, reason: skip }))
  const passed = results.filter((result) => result.passed && result.skip === undefined).length
  const whole = (error) =>
    failures.push({ name: '(the file)', error: output ? `${error}\n${output.trimEnd()}` : error })
  for (const { name, reason } of skipped) {
    if (typeof reason !== 'string' || reason === '') failures.push({ name, error: 'skipped without a reason' })
  }
  if (timedOut) whole(`did not end within ${limit / 1000} s: something hangs or was left open`)
  else if (code !== 0 && failures.length === 0) whole(`ended with code ${code}`)
  else if (results.length === 0) whole('holds no test')
  else if (leftBehind) whole('left a process behind')
  return { file, ms, passed, failures, skipped }
}
