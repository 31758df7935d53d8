export { type ManualClock, manualClock } from './manual-clock.js'
export { type SignedIn, signedIn, signedInApp } from './signed-in.js'
export { assertLive, assertRefused, type OpenHallpass, strategyContract } from './strategy-contract.js'
export { type Sending, testApp, testBrowser, type TestClient, testClient } from './test-client.js'
