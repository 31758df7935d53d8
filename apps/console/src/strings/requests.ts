import { duration } from './parts'

/** Words of the API tester. What is said of cookies and of curl comes from `hallpass/inspect`. */
export const strings = {
  looking: 'Looking at who you are…',
  relay: {
    title: 'Requests go out from this server',
    text: 'You are an operator, so the server sends them and hands back everything: each line of the headers, cookies that no script may read, redirects, and the time of each step.',
  },
  page: {
    title: 'Requests go out from this page',
    sees: 'A browser keeps things to itself: cookies that an answer sets, most headers of other sites, where a redirect leads, and why nothing was answered. It also writes some headers itself, such as Origin and Cookie.',
    operator: 'Operators see all of it: their requests go out from this server. Whoever runs it makes you one with',
    command: 'hallpass subjects grant <email> operator',
    noRelay:
      'You are an operator, but this server sends nothing for anybody: its issuer is not on localhost. Set "relay": true in hallpass.config.json to change that.',
    line: 'The command line sees everything as well:',
    elsewhere: 'A page cannot see all of an answer. The command line does:',
    request: (url: string) => `hallpass request ${url}`,
  },

  compose: {
    title: 'Request',
    readyMade: 'Ready-made call',
    own: 'Your own',
    method: 'Method',
    url: 'Address',
    headers: 'Headers',
    headerName: (number: number) => `Name of header ${number}`,
    headerValue: (number: number) => `Value of header ${number}`,
    name: 'Name',
    value: 'Value',
    addHeader: 'Add a header',
    removeHeader: (number: number) => `Remove header ${number}`,
    remove: 'Remove',
    body: 'Body',
    send: 'Send',
    sending: 'Sending…',
    noUrl: 'Enter the address to send to.',
    where: (member: string) => {
      const [, index] = /^headers\[(\d+)\]/.exec(member) ?? []
      if (index !== undefined) return `Header ${Number(index) + 1}`
      return { method: 'The method', url: 'The address', headers: 'The headers', body: 'The body' }[member] ?? member
    },
  },

  credentials: {
    title: 'Credentials',
    none: 'None',
    bearer: 'Bearer token',
    cookie: 'Cookies',
    token: 'Cookies and double-submit token',
    bearerLabel: 'Token',
    cookieLabel: 'Cookies, as in "name=value; name=value"',
    tokenHint: 'The token is fetched from /auth/csrf with these cookies first, and sent as Hallpass-CSRF.',
    browserCookies: 'The cookies of this browser go along by themselves, to this site alone.',
    noToken: 'There is no double-submit token: /auth/csrf did not answer with one.',
  },

  curl: {
    title: 'curl',
    paste: 'A command for curl',
    read: 'Read it',
    done: 'The command has been read. It was not run.',
    wrong: (problem: string, line: number, column: number) => `Line ${line}, column ${column}: ${problem}`,
    note: (option: string, said: string) => `${option}: ${said}`,
    same: 'The request above as a command',
    secrets: 'With its secrets',
    copy: 'Copy',
    copied: 'Copied.',
    notCopied: 'The browser did not allow it. Select the command and copy it.',
    unsayable: 'The body holds a NUL, which no command can hand over.',
  },

  confirm: {
    title: (host: string) => `Send it to ${host}?`,
    text: (host: string, address: string) =>
      `${host} is at ${address} now. The request goes there from this server, with everything that you have put in, and to no other address.`,
    yes: 'Send it there',
    busy: 'Sending…',
  },

  answer: {
    title: 'Answer',
    waiting: 'Waiting for an answer…',
    said: (status: number, text: string, ms: number) => `${`${status} ${text}`.trim()}, after ${duration(ms)}`,
    failedTitle: 'Nothing came back',
    stopped: 'Nothing was sent.',
    from: (version: string, address: string) => `HTTP/${version} from ${address}`,
    fromPage: 'as this page sees it',
    size: (bytes: number) => sizeOf(bytes),
    decoded: (bytes: number) => `${sizeOf(bytes)} after decompression`,
    cut: {
      size: 'Only the first mebibyte is here: the body is longer.',
      time: 'The body did not end in time: this is what came of it.',
      connection: 'The connection broke before the body ended: this is what came of it.',
    },
    redirect: 'A redirect: nothing was followed.',
    openRedirect: 'The answer was a redirect. A browser does not tell a page where to.',
    unreachable:
      'The browser got no answer, or kept it to itself, and does not tell a page why: nobody listens there, the other side does not allow this site (CORS), or a policy of this page forbids it.',
    blocked: 'This page talks to its own server alone. As an operator, or with the command line, you reach others.',
    late: 'Nothing was answered within 15 seconds.',
    unsendable: 'A browser does not send this:',
  },

  timing: {
    title: 'Time',
    steps: {
      lookup: 'Look-up',
      connect: 'Connection',
      tls: 'TLS',
      firstByte: 'Waiting',
      total: 'Reading',
    },
    took: (ms: number) => `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`,
    all: (ms: number) => `Altogether ${duration(ms)}`,
  },

  headers: {
    title: 'Headers',
    caption: 'Headers of the answer',
    name: 'Name',
    value: 'Value',
    show: 'Show secrets',
    hide: 'Hide secrets',
    none: 'There are none that a page may see.',
  },

  cookies: {
    title: 'Cookies',
    unseen: 'A page does not see which cookies an answer sets.',
    nameless: 'A cookie without a name',
    kept: 'kept',
    dropped: 'dropped',
    removes: 'removed',
    caption: (name: string) => `What there is to say about ${name}`,
    flag: 'Flag',
    verdict: 'Verdict',
    means: 'Why',
    is: { good: 'Good', attention: 'Look', bad: 'Mend' },
    summary: (bad: number, attention: number) =>
      bad + attention === 0
        ? 'nothing to mend'
        : [bad === 0 ? '' : `${bad} to mend`, attention === 0 ? '' : `${attention} to look at`]
            .filter(Boolean)
            .join(', '),
    use: 'Use these cookies',
    used: 'The next request carries them.',
  },

  body: {
    title: 'Body',
    kinds: { empty: 'Nothing', json: 'JSON', form: 'Form', html: 'HTML, shown as text', text: 'Text', binary: 'Bytes' },
    empty: 'There is none.',
    broken: 'It says that it is JSON, and is not.',
    cut: (shown: number, all: number) =>
      `The first ${shown.toLocaleString('en')} of ${all.toLocaleString('en')} characters are shown.`,
    bytes: (shown: number, all: number) =>
      `The first ${shown.toLocaleString('en')} of ${all.toLocaleString('en')} bytes, in hexadecimal.`,
    label: 'Body of the answer',
  },

  past: {
    title: 'Earlier',
    hint: 'Until the page is closed, and without secrets.',
    again: (what: string) => `Take up ${what} again`,
    take: 'Take up',
    failed: 'no answer',
    clear: 'Forget them',
  },

  calls: {
    health: 'Is it up?',
    ready: 'Is it ready?',
    signIn: 'Sign in, as a browser',
    signInApp: 'Sign in, as an app',
    session: 'Who am I?',
    sessions: 'My sessions',
    csrf: 'Double-submit token',
    refresh: 'Refresh',
    signOut: 'Sign out',
    jwks: 'Public keys',
    metadata: 'Metadata of the authorization server',
    token: 'Token for a service',
    introspect: 'Introspect a token',
  },
}

function sizeOf(bytes: number): string {
  if (bytes < 1024) return bytes === 1 ? '1 byte' : `${bytes} bytes`
  return bytes < 1_048_576 ? `${(bytes / 1024).toFixed(1)} KiB` : `${(bytes / 1_048_576).toFixed(1)} MiB`
}
