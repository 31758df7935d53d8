import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { advise, type Advice, measured, type Team, teams } from 'hallpass/inspect'
import type { Environment, Files } from '#src/config.js'
import { record } from '../record.js'

export function adviceFor(team: Team): Advice {
  const advice = advise(team.answers, measured)
  if (advice === null) throw new Error(`${team.id} leaves a question open`)
  return advice
}

/** What a reader puts in for what stands in angle brackets, and nothing else. */
export interface Place {
  readonly issuer: string
  /** Of the engine that was advised. */
  readonly store: string
}

/** The advised environment as a process gets it. */
export function environmentFor({ configuration }: Advice, { issuer, store }: Place): { [name: string]: string } {
  const lines = configuration.environment.trim().split('\n')
  const pairs = lines.map((line): [string, string] => {
    const [, name = '', value = ''] = /^([A-Z_]+)=(.*)$/.exec(line) ?? []
    return [name, value.replaceAll('<openssl rand -base64 48>', drawn).replace('https://app.example', issuer)]
  })
  const env = Object.fromEntries(pairs)
  const advised = env['HALLPASS_STORE'] ?? ''
  // a file is where it is; a server is wherever it is, but of the kind that was advised
  const [engine] = advised.split(':')
  if (engine !== 'sqlite' && !store.startsWith(`${engine}:`)) throw new Error(`${advised} is not ${engine}`)
  return engine === 'sqlite' ? env : { ...env, HALLPASS_STORE: store }
}

function drawn(): string {
  const secret = randomBytes(48).toString('base64')
  record({ root: secret })
  return secret
}

/** The two texts with no process around them. */
export function asFiles(file: string): Files {
  return { config: () => file, secret: () => ({ ok: true, text: drawn() }) }
}

/** Each line that sets something, with its name misspelt: a configuration that has one must not start. */
export function misspelt(
  file: string,
  env: Environment,
): readonly { readonly line: string; readonly file: string; readonly env: Environment }[] {
  const lines = file.split('\n')
  const inFile = lines.flatMap((line, at) => {
    if (!/^ *(?:\{ )?"\w+":/.test(line)) return []
    return [
      {
        line,
        env,
        file: lines.map((one, place) => (place === at ? line.replace(/"(\w+)":/, '"$1x":') : one)).join('\n'),
      },
    ]
  })
  const inEnv = Object.keys(env).map((name) => {
    const { [name]: value, ...rest } = env
    return { line: name, file, env: { ...rest, [`${name}X`]: value } }
  })
  return [...inFile, ...inEnv]
}

const root = fileURLToPath(new URL('../../../../', import.meta.url))

/**
 * Every team's code, type-checked and compiled in one go, in folders by team; `broken` has a strategy that does not
 * exist. Below this package, where its imports are found.
 */
export function compileAll(): { readonly folder: string; readonly said: string; readonly remove: () => void } {
  const folder = mkdtempSync(fileURLToPath(new URL('../advised-', import.meta.url)))
  const files: string[] = []
  const put = (path: string, text: string): void => {
    files.push(path)
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  for (const team of teams) for (const { name, text } of adviceFor(team).code) put(`${team.id}/${name}`, text)
  const [auth] = adviceFor(teams[0]!).code
  put('broken/auth.ts', auth!.text.replace(`'session'`, `'cookies'`))
  const compilerOptions = {
    ...{ composite: false, declaration: false, declarationMap: false, sourceMap: false },
    ...{ lib: ['ES2022', 'DOM', 'DOM.Iterable'], types: ['node'], rootDir: folder, outDir: folder },
  }
  const extending = join(root, 'tsconfig.base.json')
  const config = join(folder, 'tsconfig.json')
  writeFileSync(config, JSON.stringify({ extends: extending, compilerOptions, files }))
  const tsc = join(root, 'node_modules/.bin/tsc')
  const { stdout } = spawnSync(tsc, ['-p', config], { cwd: root, encoding: 'utf8' })
  return { folder, said: stdout, remove: () => rmSync(folder, { recursive: true, force: true }) }
}
