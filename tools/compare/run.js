// `npm run compare [-- --faster 15 | --full] [--only jwt,…]`: five ways to carry a session side by side, on this machine,
// against a real Redis and in real Chromium. Writes what it measured for page, advisor and command, and into the README.
// `--faster`: how much shorter tokens live where a revocation waits for their end; `--full` waits for the real end.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { programs, provide } from '../test/programs.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const { values } = parseArgs({
  options: { faster: { type: 'string', default: '15' }, full: { type: 'boolean' }, only: { type: 'string' } },
})
const shortenedBy = values.full === true ? 1 : Number(values.faster)
if (!(shortenedBy >= 1 && shortenedBy <= 60)) throw new Error('--faster takes a number from 1 to 60')

function run(command, args, cwd) {
  const { status } = spawnSync(command, args, { cwd, stdio: 'inherit' })
  if (status !== 0) process.exit(1)
}

const needed = ['chromium', 'redis-server', '/usr/bin/python3']
const missing = provide(programs.filter(({ command }) => needed.includes(command)))
if (missing.length > 0) throw new Error(missing.join('\n'))
run('npm', ['ci', '--loglevel=error'], fileURLToPath(new URL('.', import.meta.url)))
run(process.execPath, ['tools/build/run.js'], root)
const { compare } = await import('./compare.js')
const { print, write } = await import('./write.js')
const measured = await compare({ shortenedBy, only: values.only?.split(',') })
print(measured)
// a part of the ways is a try-out, and no comparison
if (values.only === undefined) write(measured)
process.exit(0)
