/** What becomes of a number where it is read as a double, as JavaScript and most others do. */
export type NumberLoss = 'out-of-range' | 'precision'

/** Every integer and every decimal of so many digits survives. */
export const safeDigits = 15

/** @param written a JSON number */
export function lossOf(written: string): NumberLoss | null {
  if (written.length <= safeDigits && !/[eE]/.test(written)) return null
  const value = Number(written)
  if (!Number.isFinite(value)) return 'out-of-range'
  const [digits, exponent] = decimal(written)
  if (value === 0) return digits === '' ? null : 'out-of-range'
  const [keptDigits, keptExponent] = decimal(String(value))
  return digits === keptDigits && exponent === keptExponent ? null : 'precision'
}

/** Digits without zeros at either end, and the power of ten of the last one. */
function decimal(written: string): readonly [digits: string, exponent: number] {
  const [mantissa = '', power = '0'] = (written.startsWith('-') ? written.slice(1) : written).toLowerCase().split('e')
  const [whole = '', fraction = ''] = mantissa.split('.')
  const all = withoutLeadingZeros(whole + fraction)
  const digits = withoutTrailingZeros(all)
  if (digits === '') return ['', 0]
  return [digits, Number(power) - fraction.length + (all.length - digits.length)]
}

function withoutLeadingZeros(digits: string): string {
  let start = 0
  while (digits.charCodeAt(start) === 0x30) start += 1
  return digits.slice(start)
}

/** By hand: the expression /0+$/ takes quadratic time for zeros in the middle. */
function withoutTrailingZeros(digits: string): string {
  let end = digits.length
  while (end > 0 && digits.charCodeAt(end - 1) === 0x30) end -= 1
  return digits.slice(0, end)
}
