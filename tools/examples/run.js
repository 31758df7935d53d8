// `npm run examples [-- name …]`: the examples whose framework is too heavy for the default install. Each brings a
// package.json and a lock of its own; they are installed, built, started and walked through. Build the project first.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { plainRoutes, walk } from '../../packages/hallpass/dist-test/examples/walk.js'
import { walkPages } from './pages.js'

/** How long an access token is good for here: pages that outlive one are walked through too. */
const seconds = 5

/** What to start after `npm ci` and `npm run build`, and how to walk through it. */
const examples = {
  nextjs: {
    start: (port) => ['node_modules/next/dist/bin/next', 'start', '-p', String(port)],
    walk: (url) =>
      walkPages(url, { page: '/account', signIn: '/api/sign-in', signOut: '/api/sign-out', wrong: 303 }, seconds),
  },
  sveltekit: {
    start: () => ['dist/index.js'],
    walk: (url) => walkPages(url, { page: '/account', signIn: '/sign-in', signOut: '/sign-out', wrong: 400 }, seconds),
  },
  nestjs: {
    start: () => ['dist/main.js'],
    walk: (url) => walk(url, plainRoutes),
  },
}

async function freePort() {
  const server = createServer().listen(0)
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}

function npm(folder, ...words) {
  const { status, stdout, stderr } = spawnSync('npm', words, { cwd: folder, encoding: 'utf8', env })
  if (status !== 0) throw new Error(`npm ${words.join(' ')} failed\n${stdout}${stderr}`)
}

const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1', ACCESS_TOKEN_SECONDS: String(seconds), STRATEGY: 'hybrid' }

/** Runs the server of an example while `use(url)` lasts. */
async function serving(folder, start, use) {
  const port = await freePort()
  const url = `http://localhost:${port}`
  const child = spawn(process.execPath, start(port), {
    cwd: folder,
    env: { ...env, PORT: String(port), ORIGIN: url },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const exited = once(child, 'exit')
  try {
    await answering(url, child)
    await use(url)
  } finally {
    child.kill()
    await exited
  }
}

async function answering(url, child) {
  for (let tries = 0; tries < 300; tries++) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`)
    const answered = await fetch(`${url}/auth/session`).catch(() => null)
    if (answered !== null) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('it did not answer within 30 s')
}

async function check(name) {
  const folder = fileURLToPath(new URL(`../../examples/${name}`, import.meta.url))
  const { start, walk } = examples[name]
  const began = performance.now()
  npm(folder, 'ci', '--ignore-scripts', '--loglevel=error')
  npm(folder, 'run', 'build')
  await serving(folder, start, walk)
  console.log(`ok    ${name.padEnd(10)} ${((performance.now() - began) / 1000).toFixed(1)} s`)
}

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => examples[name] === undefined)
if (unknown.length > 0) {
  console.error(`no such example: ${unknown.join(', ')}; known: ${Object.keys(examples).join(', ')}`)
  process.exit(1)
}
for (const name of wanted.length > 0 ? wanted : Object.keys(examples)) {
  try {
    await check(name)
  } catch (error) {
    console.error(`FAIL  ${name}\n${error.stack}`)
    process.exitCode = 1
  }
}
