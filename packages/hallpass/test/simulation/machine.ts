import type { Runtime } from '#src/core/ports.js'
import type { Scheduler } from './scheduler.js'

/** When the world began, by every right wall clock. */
export const epoch = 1_800_000_000_000

export interface MachineOptions {
  readonly name: string
  /** How fast its monotonic clock runs. Default 1. */
  readonly rate?: number
  /** How fast its wall clock runs. Default 1. */
  readonly wallRate?: number
  /** How far its wall clock is ahead of true time, milliseconds. Default 0. */
  readonly ahead?: number
}

/** One process on one machine: clocks of its own, which may drift, jump and stop; and it may pause or die. */
export class Machine implements Runtime {
  readonly name: string
  readonly #scheduler: Scheduler
  readonly #rate: number
  readonly #wallRate: number
  readonly #startedAt: number
  #ahead: number
  #monotonicAt = 0
  #monotonicSince = 0
  #frozen = false
  #state: 'runs' | 'paused' | 'dead' = 'runs'
  #waiting: (() => unknown)[] = []
  /** Called after each reading of the monotonic clock: where a schedule wants to pause between reading and acting. */
  afterReading: (() => void) | null = null

  constructor(scheduler: Scheduler, { name, rate = 1, wallRate = 1, ahead = 0 }: MachineOptions) {
    this.name = name
    this.#scheduler = scheduler
    this.#rate = rate
    this.#ahead = ahead
    this.#wallRate = wallRate
    this.#startedAt = scheduler.now
    this.#monotonicSince = scheduler.now
  }

  get runs(): boolean {
    return this.#state === 'runs'
  }

  get isDead(): boolean {
    return this.#state === 'dead'
  }

  now(): number {
    const { now } = this.#scheduler
    return epoch + now + (now - this.#startedAt) * (this.#wallRate - 1) + this.#ahead
  }

  monotonic(): number {
    const reading = this.#reading()
    this.afterReading?.()
    return reading
  }

  #reading(): number {
    const elapsed = this.#frozen ? 0 : (this.#scheduler.now - this.#monotonicSince) * this.#rate
    return this.#monotonicAt + elapsed
  }

  later(delay: number, call: () => void): () => void {
    const due = this.#reading() + delay
    let off = false
    const wait = (): void => {
      const left = (due - this.#reading()) / this.#rate
      this.#scheduler.after(Math.max(0, left), () => {
        if (off || this.isDead) return
        if (this.#frozen) return this.do(wait)
        if (this.#reading() < due - 0.001) return wait()
        this.do(() => {
          if (!off) call()
        })
      })
    }
    wait()
    return () => void (off = true)
  }

  /** Does it as soon as the process runs; never, where it is dead. */
  do(call: () => unknown): void {
    if (this.#state === 'runs') call()
    else if (this.#state === 'paused') this.#waiting.push(call)
  }

  /** Wall clock set forwards or back, milliseconds. */
  step(by: number): void {
    this.#ahead += by
    this.#scheduler.tell(this.name, () => `wall clock steps by ${Math.round(by)} ms`)
  }

  /** Stops the process; `frozen`: the monotonic clock with it, as when a virtual machine is suspended. */
  pause(frozen = false): void {
    if (this.#state !== 'runs') return
    this.#state = 'paused'
    this.#scheduler.tell(this.name, () => (frozen ? 'suspended, its monotonic clock with it' : 'paused'))
    if (!frozen) return
    this.#monotonicAt = this.#reading()
    this.#frozen = true
  }

  resume(): void {
    if (this.#state !== 'paused') return
    this.#state = 'runs'
    if (this.#frozen) this.#monotonicSince = this.#scheduler.now
    this.#frozen = false
    this.#scheduler.tell(this.name, () => 'runs again')
    const waiting = this.#waiting
    this.#waiting = []
    for (const call of waiting) this.#scheduler.after(0, () => this.do(call))
  }

  crash(): void {
    this.#state = 'dead'
    this.#waiting = []
    this.#scheduler.tell(this.name, () => 'crashes')
  }
}
