export { hallpass } from './hallpass.js'
export type {
  Authenticated,
  AuthenticateOptions,
  Hallpass,
  HallpassOptions,
  Issued,
  IssuedWithReceipt,
  OverBecause,
  SignInOptions,
  StepUpOptions,
  TokensBody,
  Upstream,
  UpstreamOptions,
  UpstreamToken,
  VerifiedToken,
} from './api.js'
export { type Algorithm, algorithms, type Jwk } from './core/algorithm.js'
export type { AccessClaims } from './core/claims.js'
export type { CookieOptions, CookiePolicy, PreviousCookie, PreviousCookieOptions } from './core/cookie-policy.js'
export { type ErrorCode, errors, HallpassError, type Mistake, type Problem, problemOf } from './core/errors.js'
export type { EventOf, EventType, HallpassEvent } from './core/events.js'
export {
  budgets,
  defaultLifetimes,
  type Lifetimes,
  type Policy,
  type PolicyOptions,
  type StrategyName,
} from './core/policy.js'
export { defaultSigning, type SigningOptions, type SigningPolicy } from './core/signing-policy.js'
export type { Awaitable, Crypto, Runtime } from './core/ports.js'
export type { AskedStoreBecause, Figures } from './core/counts.js'
export type { KeySchedule, PublishedKeys, Rehearsal, ScheduledKey } from './core/key-schedule.js'
export type { LeaseState, MemberState } from './core/log.js'
export type { Receipt, RevokeOptions } from './core/receipt.js'
export { deviceFrom } from './core/device.js'
export type { Device, EndReason, Found, Json, Session, SessionRecord, Versions, Visitor } from './core/session.js'
export {
  type Actor,
  type ExchangeOptions,
  type Introspection,
  isAudience,
  isScope,
  type ServiceToken,
  type ServiceTokenOptions,
} from './core/service-token.js'
export type { Begun } from './core/sign-in.js'
export type {
  AccountRecord,
  AccountStore,
  AuditFilter,
  AuditQuery,
  AuditRecord,
  AuditStore,
  ClientRecord,
  ClientStore,
  Count,
  Counter,
  Grant,
  KeyRecord,
  KeyStore,
  LogFeed,
  PageQuery,
  SessionStore,
  Store,
  StoreWarning,
} from './core/store.js'
export { type PublicJwkReading, readPublicJwk } from './crypto/public-jwk.js'
export { guard, type Requirement, type Standing } from './http/guard.js'
export type { RequestBody, RequestView } from './http/request-view.js'
export type { ResponsePatch } from './http/response-patch.js'
export { signInVerdict, type SignInVerdict } from './http/csrf.js'
export { problemPatch } from './http/problem.js'
export { type ReceiptBody, receiptBody, type SessionBody, sessionBody } from './http/session-body.js'
export { systemRuntime } from './runtime.js'
export { trustworthy } from './trustworthy.js'
