// Who may import whom, and why: the table of layers, as data.

/**
 * Folders and top-level files of packages/hallpass/src. A folder may always import itself.
 * `may`: full imports · `types`: type-only imports · `files`: full imports of single files · `outside`: packages and Node.js itself (`node:`).
 */
export const library = {
  core: {
    may: [],
    because: 'decisions are pure, so that they are tested with literals',
  },
  crypto: {
    may: ['core'],
    outside: ['node:', 'jose'],
    because: 'it knows bytes, not where sessions live',
  },
  keys: {
    may: ['core', 'crypto'],
    outside: ['jose'],
    because: 'it holds strict verification and its cache; the view and the lease are handed in',
  },
  cluster: {
    may: ['core', 'crypto'],
    because: 'it keeps the view and the lease, and knows nothing of sessions or stores',
  },
  sessions: {
    may: ['core', 'crypto', 'keys', 'cluster'],
    because: 'they receive a store, they never choose one',
  },
  stores: {
    may: [],
    types: ['core'],
    files: ['core/errors.ts', 'core/token.ts', 'core/touch.ts'],
    outside: ['node:', 'libsql'],
    because: 'a driver keeps, it never judges: of core it needs the shapes, the errors, shards and what a touch is',
  },
  http: {
    may: ['core'],
    because: 'framework names do not exist there; the CSRF verdict receives whether its token verified',
  },
  'api.ts': {
    may: [],
    types: ['core', 'http'],
    because: 'it is the type of the one API, so that endpoints and adapters need not load what implements it',
  },
  'runtime.ts': {
    may: ['core', 'crypto'],
    because: 'the clock and randomness enter here and nowhere else',
  },
  'events.ts': {
    may: [],
    types: ['core'],
    because: 'it passes on what happened and knows nothing else',
  },
  'trustworthy.ts': {
    may: ['core'],
    because: "it stands between the sessions and a stranger's driver, and knows neither",
  },
  requests: {
    may: ['core', 'crypto', 'sessions', 'http'],
    types: ['api.ts'],
    because: 'requests and sessions meet here and nowhere else: which credential counts, and how the answer carries it',
  },
  'hallpass.ts': {
    may: [
      ...['core', 'crypto', 'keys', 'cluster', 'sessions', 'http', 'requests'],
      ...['runtime.ts', 'events.ts', 'trustworthy.ts', 'api.ts'],
    ],
    because: 'the library must not drag in every driver: the caller hands over a store',
  },
  feed: {
    may: ['core', 'crypto', 'cluster', 'http', 'runtime.ts'],
    because:
      'it serves the log to those below as fetch Requests: it streams, which no endpoint does, and it decides, which no adapter does',
  },
  endpoints: {
    may: ['http'],
    types: ['api.ts', 'hallpass.ts', 'core'],
    because: 'endpoints are the same for every framework and reach the sessions through the one API only',
  },
  adapters: {
    may: ['http', 'endpoints', 'feed'],
    types: ['api.ts', 'hallpass.ts', 'core'],
    outside: ['node:', 'express', 'fastify', 'hono', 'koa'],
    because: 'an adapter translates, it never decides',
  },
  verify: {
    may: ['core', 'crypto', 'keys', 'cluster', 'runtime.ts', 'events.ts'],
    because: "it must run at the edge, without a store; the platform's clock is its default, as it is the library's",
  },
  browser: {
    may: [],
    because: 'it ships to pages',
  },
  inspect: {
    may: ['core', 'crypto'],
    files: ['keys/compact.ts', 'keys/verification.ts'],
    because:
      'it runs in the console and on the command line: pure, but for checking a signature, which needs the cryptography',
  },
  testing: {
    may: [
      'core',
      'stores',
      'api.ts',
      'hallpass.ts',
      'index.ts',
      'http',
      'endpoints',
      'adapters',
      'browser',
      'runtime.ts',
    ],
    outside: ['node:', 'fast-check'],
    because: "it is published for others' drivers: the public surface and the ports are all that they have",
  },
  'index.ts': {
    may: [
      ...['core', 'crypto', 'keys', 'cluster', 'sessions', 'http', 'endpoints'],
      ...['api.ts', 'hallpass.ts', 'runtime.ts', 'trustworthy.ts'],
    ],
    because: 'it is the table of contents; drivers and adapters have subpaths of their own',
  },
}

/** Entries of the table that need not exist. Take a folder off when it is built. */
export const notYetBuilt = []
export const optional = ['runtime.ts', 'api.ts', 'events.ts', 'trustworthy.ts', 'requests']

/** What each app may import besides its own files, Node.js and the packages in its package.json. */
export const apps = {
  'apps/server': {
    hallpass: 'any',
    because: 'the apps are the first users of the public API: the library only by its public subpaths',
  },
  'apps/cli': {
    hallpass: 'any',
    server: {
      may: ['hallpass-server/app', 'hallpass-server/config', 'hallpass-server/relay'],
      types: ['hallpass-server/contract'],
    },
    because:
      'the command calls the library, the operator API or inspect; of the server only buildApp, config, the types of the contract, and what sends a request: it is to see what the API tester sees',
  },
  'apps/console': {
    hallpass: ['hallpass/browser', 'hallpass/inspect'],
    server: { types: ['hallpass-server/contract'] },
    because: 'a browser holds no session machinery: it knows the types of the contract and HTTP',
  },
}

/** Names that say nothing about what a folder is for. */
export const forbiddenFolders = ['utils', 'helpers', 'common', 'shared', 'internal', 'misc', 'lib']
