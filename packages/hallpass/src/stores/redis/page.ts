import type { PageQuery } from '../../core/store.js'

/** Where a page begins, as ZRANGEBYLEX is told it. */
export function beginningOf({ prefix, after }: PageQuery): string {
  const isWithin = after !== null && Buffer.compare(Buffer.from(after), Buffer.from(prefix)) >= 0
  return isWithin ? `(${after}` : `[${prefix}`
}

/** In the order of their bytes in UTF-8. */
export function sortedByBytes(texts: readonly string[]): string[] {
  const encoded = texts.map((text) => Buffer.from(text))
  return encoded.sort((one, other) => Buffer.compare(one, other)).map((bytes) => bytes.toString())
}
