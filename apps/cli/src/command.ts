import type { ParseArgsOptionsConfig } from 'node:util'

/** Exit codes, those of `sysexits.h` beside the two that every shell knows. */
export const exit = {
  done: 0,
  /** The command worked, and its answer is no: a token that is refused, JSON that is none, a check that failed. */
  no: 1,
  misused: 64,
  /** What was given cannot be read. */
  data: 65,
  /** The file that was named cannot be opened. */
  noInput: 66,
  /** The server or the store cannot be reached. */
  unavailable: 69,
  software: 70,
  /** What would be written is there already. */
  exists: 73,
  /** The server refuses. */
  refused: 77,
  configuration: 78,
} as const

export type ExitCode = (typeof exit)[keyof typeof exit]

/** One command of `hallpass`, in a module of its own that is loaded when it is called. */
export interface Command {
  /** The whole help of it: usage, what it does, options, examples. */
  readonly help: string
  /** Its own options, as `parseArgs` takes them; `--help`, `--json` and `--env` are added to those of every command. */
  readonly options?: ParseArgsOptionsConfig
  run(asked: Asked, host: Host): Promise<number>
}

/** What was typed after the name of the command. */
export interface Asked {
  readonly words: readonly string[]
  readonly options: { readonly [name: string]: string | boolean | readonly (string | boolean)[] | undefined }
  /** Whether the answer is to be JSON alone. */
  readonly json: boolean
}

/** The process, as far as commands need it. */
export interface Host {
  readonly env: { readonly [name: string]: string | undefined }
  readonly stdin: NodeJS.ReadStream
  readonly stdout: NodeJS.WriteStream
  readonly stderr: NodeJS.WriteStream
  once(signal: 'SIGTERM' | 'SIGINT', stop: () => void): unknown
}

/** Something that ends a command with a sentence for people and an exit code for programs. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  readonly exitCode: ExitCode

  constructor(exitCode: ExitCode, message: string) {
    super(message)
    this.exitCode = exitCode
  }
}
