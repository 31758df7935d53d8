/** `version "-" trace-id "-" parent-id "-" trace-flags`, and in versions to come something after another hyphen. */
const traceParent = /^(?!ff)([0-9a-f]{2})-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-[\x21-\x7e]*)?$/
const traceStateMember =
  /^(?:[a-z][a-z0-9_*/-]{0,255}|[a-z0-9][a-z0-9_*/-]{0,240}@[a-z][a-z0-9_*/-]{0,13})=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{1,256}$/
/** W3C Trace Context, sections 3.3.1.1 and 3.3.1.5. */
const mostMembers = 32
const longestState = 512

/** Whether a `traceparent` is one (W3C Trace Context, section 3.2). */
export function isTraceParent(value: string): boolean {
  const [, version, rest] = traceParent.exec(value) ?? []
  return version !== undefined && (version !== '00' || rest === undefined)
}

/** Whether a `tracestate` is one (section 3.3). */
export function isTraceState(value: string): boolean {
  if (value.length > longestState) return false
  const members = value
    .split(',')
    .map((member) => member.trim())
    .filter((member) => member !== '')
  return members.length > 0 && members.length <= mostMembers && members.every((member) => traceStateMember.test(member))
}
