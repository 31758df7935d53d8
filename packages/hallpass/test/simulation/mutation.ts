import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Mutant } from './mutants/mutant.js'

export interface Verdict {
  readonly mutant: Mutant
  /** What showed that the code is wrong; null where nothing did. */
  readonly by: string | null
  readonly violation: string
}

const library = fileURLToPath(new URL('../..', import.meta.url))
/** A mutant that makes the simulation hang is killed by that, milliseconds. */
const longest = 120_000

/** Puts each mutant to the test, `atOnce` at a time, each in a copy of the built library. */
export async function judgeMutants(
  mutants: readonly Mutant[],
  options: { readonly seeds: number; readonly atOnce: number; readonly told?: (verdict: Verdict) => void },
): Promise<readonly Verdict[]> {
  const waiting = [...mutants]
  const verdicts: Verdict[] = []
  const worker = async (): Promise<void> => {
    const copy = copyLibrary()
    try {
      for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
        const verdict = await judge(mutant, copy, options.seeds)
        options.told?.(verdict)
        verdicts.push(verdict)
      }
    } finally {
      rmSync(copy, { recursive: true, force: true })
    }
  }
  await Promise.all(Array.from({ length: options.atOnce }, worker))
  return verdicts
}

function copyLibrary(): string {
  const copy = mkdtempSync(join(tmpdir(), 'hallpass-mutants-'))
  for (const part of ['dist', 'dist-test/simulation', 'package.json']) {
    cpSync(join(library, part), join(copy, part), { recursive: true, filter: (path) => !/\.(map|d\.ts)$/.test(path) })
  }
  symlinkSync(join(library, '../../node_modules'), join(copy, 'node_modules'))
  return copy
}

async function judge(mutant: Mutant, copy: string, seeds: number): Promise<Verdict> {
  const file = join(copy, 'dist', mutant.file)
  const text = readFileSync(file, 'utf8')
  const found = text.split(mutant.find).length - 1
  if (found !== 1) throw new Error(`mutant "${mutant.name}": its snippet occurs ${found} times in ${mutant.file}`)
  writeFileSync(
    file,
    text.replace(mutant.find, () => mutant.replace),
  )
  try {
    return await attacked(mutant, copy, seeds)
  } finally {
    writeFileSync(file, text)
  }
}

function attacked(mutant: Mutant, copy: string, seeds: number): Promise<Verdict> {
  const program = join(copy, 'dist-test/simulation/attack-once.js')
  const child = spawn(process.execPath, [program, mutant.by ?? '', String(seeds)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const killer = setTimeout(() => child.kill('SIGKILL'), longest)
  let output = ''
  let trouble = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (trouble += chunk.toString()))
  return new Promise((resolve) => {
    child.on('close', (code) => {
      clearTimeout(killer)
      if (code !== 0) return resolve({ mutant, by: 'a run that did not end', violation: trouble.split('\n')[4] ?? '' })
      const told = JSON.parse(output) as { by: string; violation: string } | null
      resolve({ mutant, by: told?.by ?? null, violation: told?.violation ?? '' })
    })
  })
}
