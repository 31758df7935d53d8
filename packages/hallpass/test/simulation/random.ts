/** Chance from a seed (sfc32): the same seed gives the same run on every machine. */
export interface Chance {
  /** From 0 up to, not including, 1. */
  next(): number
  /** From `low` up to `high`. */
  between(low: number, high: number): number
  /** A whole number from 0 up to, not including, `count`. */
  below(count: number): number
  happens(probability: number): boolean
  pick<Value>(values: readonly Value[]): Value
  bytes(length: number): Uint8Array
}

export function chanceFrom(seed: number): Chance {
  let [a, b, c, d] = [0x9e3779b9, 0x243f6a88, seed | 0, 1]
  const word = (): number => {
    const t = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + t
    return t >>> 0
  }
  for (let round = 0; round < 15; round++) word()
  const next = (): number => word() / 2 ** 32
  const below = (count: number): number => Math.floor(next() * count)
  return {
    next,
    below,
    between: (low, high) => low + next() * (high - low),
    happens: (probability) => next() < probability,
    pick: (values) => values[below(values.length)]!,
    bytes: (length) => Uint8Array.from({ length }, () => word() & 255),
  }
}
