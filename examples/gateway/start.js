// Starts the three backends and Hallpass in front of them, by the hallpass.config.json of the folder it is started in.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const { routes } = JSON.parse(readFileSync('hallpass.config.json', 'utf8')).gateway
const { PORT = '7100' } = process.env
const issuer = `http://localhost:${PORT}`
const programs = {
  shop: [process.execPath, 'shop.js'],
  reports: ['/usr/bin/python3', 'reports.py'],
  echo: [process.execPath, 'echo.js'],
}

for (const { audience, upstream } of routes) {
  const [program, file] = programs[audience]
  await started(program, [at(file)], { HALLPASS_ISSUER: issuer, PORT: new URL(upstream).port })
}
await started(process.execPath, [at('../../apps/server/dist/main.js')], { ...process.env, PORT })

function at(file) {
  return fileURLToPath(new URL(file, import.meta.url))
}

/** Resolves with the first thing it says: all four say that they listen. */
async function started(program, args, env) {
  const child = spawn(program, args, {
    env: { PATH: process.env.PATH, PYTHONDONTWRITEBYTECODE: '1', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  child.stdout.on('data', (said) => process.stdout.write(said))
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => child.kill(signal))
  const [first] = await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])
  if (typeof first === 'number') throw new Error(`${args[0]} ended with code ${first}`)
}
