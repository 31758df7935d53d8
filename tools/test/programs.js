import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/**
 * Programs that the tests start, and the Debian packages that hold them. Fonts: else a screenshot has no text.
 * `below`: where Debian keeps a program off the PATH, each version in a folder of its own. `modules`: what a Python must
 * be able to import. `service`: what Debian starts when it installs the program, and what the tests do not want.
 */
export const programs = [
  { command: 'chromium', packages: ['chromium', 'fonts-dejavu-core'] },
  { command: 'redis-server', packages: ['redis-server'] },
  { command: 'postgres', packages: ['postgresql'], below: '/usr/lib/postgresql' },
  { command: 'nginx', packages: ['nginx-light'], service: 'nginx' },
  { command: 'caddy', packages: ['caddy'], service: 'caddy' },
  {
    command: '/usr/bin/python3',
    packages: ['python3', 'python3-authlib', 'python3-cryptography', 'python3-jwt', 'python3-requests'],
    modules: ['authlib', 'cryptography', 'jwt', 'requests'],
  },
]

/** Whether a command stands on the PATH, or where Debian keeps servers, which is not on the PATH of all users. */
export function onPath(command) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin']
  return folders.some((folder) => isExecutable(join(folder, command)))
}

function isThere({ command, below, modules }) {
  if (modules !== undefined) return canImport(command, modules)
  if (onPath(command)) return true
  if (below === undefined || !existsSync(below)) return false
  return readdirSync(below).some((version) => isExecutable(join(below, version, 'bin', command)))
}

/** Debian's packages belong to Debian's Python, whatever other one stands on the PATH. */
function canImport(python, modules) {
  return isExecutable(python) && spawnSync(python, ['-c', `import ${modules.join(', ')}`]).status === 0
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Installs what is missing when it may; answers what is still missing, as lines for people. */
export function provide(wanted = programs, mayInstall = process.getuid?.() === 0 && onPath('apt-get')) {
  const missing = wanted.filter((program) => !isThere(program))
  if (missing.length === 0) return []
  const packages = missing.flatMap((program) => program.packages)
  if (mayInstall) install(packages)
  if (mayInstall) missing.forEach(withoutService)
  return missing
    .filter((program) => !isThere(program))
    .map(({ command, packages }) => `${command} is missing: install it (Debian: apt-get install ${packages.join(' ')})`)
}

/** One that was not there a moment ago and listens now serves nobody. Where nothing was started, nothing happens. */
function withoutService({ service }) {
  if (service === undefined) return
  spawnSync('service', [service, 'stop'])
  spawnSync('update-rc.d', [service, 'disable'])
}

function install(packages) {
  console.log(`installing ${packages.join(', ')}`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', ...packages]]) {
    const { status, stderr, stdout } = spawnSync('apt-get', ['-q', ...args], { env, encoding: 'utf8' })
    if (status !== 0) return console.error(`${stdout}\n${stderr}`.trim().split('\n').slice(-15).join('\n'))
  }
}
