/**
 * `hallpass/browser`: the part of Hallpass that ships to pages. It holds no token and stores nothing.
 * @module
 */
export { createClient, type Client, type ClientEvents, type ClientOptions } from './client.js'
export {
  Refusal,
  refusalOf,
  type DeviceInfo,
  type Mistake,
  type Problem,
  type Receipt,
  type SessionInfo,
} from './answers.js'
export type { Locks, BrowserRuntime } from './runtime.js'
