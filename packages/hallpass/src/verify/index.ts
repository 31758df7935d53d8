/** Verifies tokens where no sessions are held: resource servers, services, the edge. */
export { createVerifier } from './verifier.js'
export type { IssuerStatus, Knowledge, Verdict, VerdictCode, Verifier } from './verifier.js'
export type { IssuerOptions, KeySet, LogAddress, VerifierOptions } from './options.js'
export type { VerifiedClaims } from './claims.js'
export type { KeysStatus } from './issuer-keys.js'
export { HallpassError, problemOf } from '../core/errors.js'
