/** Why a WebSocket is closed (RFC 6455, section 7.4.1). */
export const goingAway = 1001
export const policyViolation = 1008

const finalClose = 0x88

/** A Close frame as a server sends it: not masked, with the status alone (RFC 6455, section 5.5.1). */
export function closeFrame(status: number): Buffer {
  const frame = Buffer.from([finalClose, 2, 0, 0])
  frame.writeUInt16BE(status, 2)
  return frame
}
