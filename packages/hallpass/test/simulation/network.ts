import type { Machine } from './machine.js'
import type { Chance } from './random.js'
import type { Scheduler } from './scheduler.js'

/** One way of a call, or a hint. */
export interface Message {
  readonly part: 'request' | 'answer' | 'hint'
  readonly from: string
  readonly to: string
  /** `log.renew`, `sessions.find`, …; of a hint: what it is about. */
  readonly method: string
}

/** Milliseconds under way, or that it never arrives. */
export type Fate = number | 'lost'

export interface NetworkOptions {
  /** Milliseconds one way, usually. */
  readonly delay: readonly [number, number]
  /** How many messages take up to a hundred times as long. */
  readonly slow: number
  readonly lost: number
  /** How many requests arrive twice, the second time while the call is still open: as clients that retry send them. */
  readonly repeated: number
  /** How long a caller waits before it gives up, on its own clock. */
  readonly deadline: number
  readonly hints: { readonly lost: number; readonly repeated: number; readonly lies: number }
}

export const calm: NetworkOptions = {
  delay: [1, 5],
  slow: 0,
  lost: 0,
  repeated: 0,
  deadline: 1500,
  hints: { lost: 0, repeated: 0, lies: 0 },
}

/** Between machines and what they call: delays, loses, repeats and reorders; a direction may be cut. */
export class Network {
  readonly options: NetworkOptions
  readonly #scheduler: Scheduler
  readonly #chance: Chance
  readonly #cut = new Set<string>()
  /** What a directed schedule has in mind for a message; undefined where chance decides. */
  plan: (message: Message) => Fate | undefined = () => undefined
  /** Counts every call that did not come back in good time: whoever promises a bound promises it for a network that works. */
  failures = 0
  /** The longest any message was under way. */
  slowest = 0

  constructor(scheduler: Scheduler, chance: Chance, options: NetworkOptions) {
    this.#scheduler = scheduler
    this.#chance = chance
    this.options = options
  }

  cut(from: string, to: string): void {
    this.#scheduler.tell('network', () => `nothing gets from ${from} to ${to} any more`)
    this.#cut.add(`${from}>${to}`)
  }

  mend(from: string, to: string): void {
    if (this.#cut.delete(`${from}>${to}`)) this.#scheduler.tell('network', () => `${from} reaches ${to} again`)
  }

  /** Runs `step` at the other end, in one event; rejects after the deadline, although the step may have happened. */
  call<Value>(caller: Machine, to: string, method: string, step: () => Promise<Value>, host?: Machine): Promise<Value> {
    const scheduler = this.#scheduler
    return new Promise<Value>((resolve, reject) => {
      let open = true
      const callOff = caller.later(this.options.deadline, () => {
        open = false
        this.failures++
        scheduler.tell(caller.name, () => `${method}: no answer in time`)
        reject(new Error(`${method}: no answer within ${this.options.deadline} ms`))
      })
      const answer = (settle: () => void): void => {
        const fate = this.#fate({ part: 'answer', from: to, to: caller.name, method })
        if (fate === 'lost') return
        scheduler.after(fate, () =>
          caller.do(() => {
            if (!open) return
            open = false
            callOff()
            settle()
          }),
        )
      }
      const arrive = async (): Promise<void> => {
        try {
          const value = await step()
          answer(() => resolve(value))
        } catch (error) {
          answer(() => reject(error))
        }
      }
      // Whoever is paused answers when it runs again; a store answers within the event.
      const deliver = (): unknown => (host === undefined ? arrive() : host.do(arrive))
      const fate = this.#fate({ part: 'request', from: caller.name, to, method })
      if (fate === 'lost') return
      scheduler.after(fate, deliver)
      if (!this.#chance.happens(this.options.repeated)) return
      // A renewal may come again when its caller has long gone on.
      const late = method === 'renew' ? this.#chance.pick([0, 5000]) : 0
      const again = fate + this.#chance.between(0, 2 * this.options.delay[1] + late)
      scheduler.after(again, () => (open || late > 0 ? deliver() : undefined))
    })
  }

  /** Carries a hint: on time, late, twice, or not at all. */
  hint(from: string, to: string, about: string, arrive: () => void): void {
    const { lost, repeated } = this.options.hints
    if (this.#chance.happens(lost)) return
    for (let copies = this.#chance.happens(repeated) ? 2 : 1; copies > 0; copies--) {
      const fate = this.#fate({ part: 'hint', from, to, method: about })
      if (fate !== 'lost') this.#scheduler.after(fate, arrive)
    }
  }

  #fate(message: Message): Fate {
    const planned = this.plan(message)
    const fate = planned ?? this.#byChance(message)
    if (fate === 'lost') {
      this.failures++
      this.#scheduler.tell(
        'network',
        () => `loses the ${message.part} of ${message.method}, ${message.from} to ${message.to}`,
      )
    } else this.slowest = Math.max(this.slowest, fate)
    return fate
  }

  #byChance({ from, to }: Message): Fate {
    const { delay, slow, lost } = this.options
    if (this.#cut.has(`${from}>${to}`) || this.#chance.happens(lost)) return 'lost'
    const usual = this.#chance.between(delay[0], delay[1])
    return this.#chance.happens(slow) ? usual * this.#chance.between(1, 100) : usual
  }
}
