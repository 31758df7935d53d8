/** Why nothing came back, by the code of the error; those of OpenSSL and of the parser of HTTP stand under their beginning. */
const sentences: { readonly [code: string]: string } = {
  ECONNREFUSED: 'Nobody listens at that address and port.',
  ECONNRESET: 'The connection was cut before anything was answered.',
  EPIPE: 'The connection was cut before anything was answered.',
  ETIMEDOUT: 'No connection came about in time.',
  EHOSTUNREACH: 'No way leads to that address.',
  ENETUNREACH: 'No way leads to that address.',
  EADDRNOTAVAIL: 'No way leads to that address.',
  ENOTFOUND: 'The name has no address.',
  ENODATA: 'The name has no address.',
  EAI_AGAIN: 'The name could not be looked up just now.',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'The certificate is self-signed: nobody whom this machine trusts vouches for it.',
  SELF_SIGNED_CERT_IN_CHAIN: 'The certificate goes back to an authority that this machine does not trust.',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'The certificate goes back to an authority that this machine does not trust.',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'The certificate goes back to an authority that this machine does not trust.',
  CERT_HAS_EXPIRED: 'The certificate has expired.',
  CERT_NOT_YET_VALID: 'The certificate is not valid yet.',
  ERR_TLS_CERT_ALTNAME_INVALID: 'The certificate is for another name.',
  ERR_SSL_WRONG_VERSION_NUMBER: 'What answers there does not speak TLS: perhaps the address begins with "http:".',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'What answers there does not speak TLS: perhaps the address begins with "http:".',
  HPE_HEADER_OVERFLOW: 'The headers of the answer are longer than 16 KiB.',
  HPE_: 'What was answered is no HTTP.',
  ERR_SSL_: 'No encrypted connection came about.',
  EPROTO: 'No encrypted connection came about.',
}

/** One sentence for people, with the code for those who know it. */
export function sentenceFor(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''
  const family = ['HPE_', 'ERR_SSL_'].find((beginning) => code.startsWith(beginning)) ?? ''
  const sentence = sentences[code] ?? sentences[family] ?? 'The connection broke.'
  return code === '' ? sentence : `${sentence} (${code})`
}
