import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { record, recordFolder, recording } from './record.js'

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))

/** A server in a process of its own. */
export interface Started {
  readonly child: ChildProcess
  stdout: string
  stderr: string
  /** Resolves with the exit code. */
  readonly exited: Promise<number | null>
}

/** To run in: nothing is in it. */
export function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'hallpass-process-'))
  t.after(() => {
    recordFolder(path)
    rmSync(path, { recursive: true, force: true })
  })
  return path
}

/** Runs the server with these settings and no others. */
export function start(t: TestContext, cwd: string, env: { readonly [name: string]: string }): Started {
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('HALLPASS_') && name !== 'PORT'),
  )
  const child = spawn(process.execPath, [...recording.flags, main], {
    cwd,
    env: { ...inherited, ...env, ...recording.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const started: Started = {
    child,
    stdout: '',
    stderr: '',
    exited: once(child, 'exit').then(([code]) => code as number | null),
  }
  child.stdout?.on('data', (chunk: Buffer) => (started.stdout += chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => (started.stderr += chunk.toString()))
  t.after(async () => {
    child.kill('SIGKILL')
    await started.exited
    for (const logged of [started.stdout, started.stderr]) record({ logged })
  })
  return started
}

/** Waits for its greeting. */
export async function serving(started: Started): Promise<void> {
  const deadline = Date.now() + 20_000
  while (!started.stdout.includes('strategy')) {
    assert.ok(started.child.exitCode === null && Date.now() < deadline, started.stdout + started.stderr)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
