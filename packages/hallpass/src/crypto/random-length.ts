/** A length that is no count would be rounded to few bytes or none, which nobody would notice: it throws instead. */
export function checkedLength(length: number): number {
  if (!Number.isInteger(length) || length < 1 || length > 65_536) throw new RangeError('1 to 65536 random bytes')
  return length
}
