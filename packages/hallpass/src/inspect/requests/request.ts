/** One HTTP request, as people write it. */
export interface PlainRequest {
  readonly method: string
  readonly url: string
  /** In their order and spelling. */
  readonly headers: readonly Header[]
  /** Null for none. */
  readonly body: string | null
}

export type Header = readonly [name: string, value: string]

/** Whether a header of this name is there, whatever its case (RFC 9110, section 5.1). */
export function hasHeader(headers: readonly Header[], name: string): boolean {
  return headers.some(([one]) => one.toLowerCase() === name.toLowerCase())
}
