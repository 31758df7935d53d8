/** Every word of the operator's pages but those of the events, which are in events.ts. */

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })
const whole = new Intl.NumberFormat('en')
const clock = new Intl.DateTimeFormat('en', { timeStyle: 'short' })
const date = new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric' })

export const strings = {
  brand: 'Hallpass console',
  navigation: 'Console',
  sections: {
    overview: 'Overview',
    subjects: 'Subjects',
    keys: 'Keys',
    instances: 'Instances',
    events: 'Events',
    clients: 'Clients',
    policy: 'Policy',
  },
  signedInAs: 'Signed in as',
  account: 'Your devices',
  loading: 'Asking the server…',
  stale: 'The server does not answer. What you see is from',
  nothingChanged: 'Nothing was changed.',
  none: '–',
  copy: 'Copy',
  copied: 'Copied.',
  count: (value: number) => whole.format(value),
  clock: (time: number) => clock.format(time),
  date: (time: number) => date.format(time),
  in(then: number, now: number): string {
    const minutes = Math.round((then - now) / 60_000)
    if (minutes < 60) return relative.format(Math.max(minutes, 1), 'minute')
    return minutes < 2880
      ? relative.format(Math.round(minutes / 60), 'hour')
      : relative.format(Math.round(minutes / 1440), 'day')
  },

  gate: {
    title: 'This is for operators',
    lead: (email: string) => `You are signed in as ${email}, and this account is no operator.`,
    leadWithout: 'You are signed in to an account that is no operator.',
    how: 'Whoever has a shell on the server makes it one:',
    command: (email: string) => `hallpass subjects grant ${email} operator`,
    anybody: '<their email>',
    after: 'Then try again here. No new sign-in is needed.',
    again: 'Try again',
    stillNot: 'Not an operator yet.',
    back: 'Go to your devices',
  },

  confirm: {
    word: (word: string) => `Type “${word}” to go on`,
    wrongWord: (word: string) => `Type “${word}”, as it is written here.`,
  },

  overview: {
    title: 'Overview',
    store: 'Store',
    answers: (milliseconds: number) =>
      `Answers in ${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms`,
    silent: 'Does not answer',
    warnings: 'What the store promises less than it could',
    lease: 'Lease',
    leaseValid: 'Answers from memory',
    leaseNone: 'Asks the store each time',
    lag: (milliseconds: number) => `The store told it everything ${seconds(milliseconds)} ago.`,
    noLag: 'It has not read the revocation log yet.',
    instances: 'Instances',
    members: (count: number) => (count === 1 ? '1 instance' : `${count} instances`),
    allRenew: 'All renew their lease.',
    silentOnes: (count: number) => (count === 1 ? '1 is silent.' : `${count} are silent.`),
    toInstances: 'Look at them',
    server: 'This instance',
    version: 'Version',
    up: 'Started',
    signingKey: 'Signing key',
    fromMemory: 'Checks from memory',
    askedStore: 'Checks of the store',
    cached: 'Sessions in memory',
    lastHour: 'The last hour',
    charts: 'Over all instances, by the minute.',
    signIns: 'Sign-ins',
    refreshes: 'Refreshes',
    refusals: 'Refusals',
    others: 'others',
    latency: 'How long revocations took',
    nothing: 'None in this hour.',
    table: 'As a table',
    minute: 'Minute',
    took: 'Took',
    howMany: 'Revocations',
    atMost: (milliseconds: number | null, before: number | null) =>
      milliseconds === null ? `over ${span(before ?? 0)}` : `≤ ${span(milliseconds)}`,
    quiet: 'Minutes in which nothing of it happened are left out.',
    summary: (what: string, total: number, most: number) =>
      `${what}: ${whole.format(total)} in the last hour, at most ${whole.format(most)} in one minute.`,
  },

  instances: {
    title: 'Instances',
    lead: 'Every process that answers for this deployment. It may answer from memory while it renews its lease.',
    log: (sequence: number) => `The revocation log is at entry ${whole.format(sequence)}.`,
    self: 'Answers you',
    standings: { renews: 'Renews', late: 'Late', silent: 'Silent', gone: 'Gone' },
    renewed: (milliseconds: number) =>
      milliseconds < 100 ? 'Renewed since the last look.' : `Renewed ${seconds(milliseconds)} ago.`,
    justSeen: 'First seen just now.',
    late: (milliseconds: number) => `Not renewed for ${seconds(milliseconds)}: two renewals are overdue.`,
    silent: (milliseconds: number) => `Silent for ${seconds(milliseconds)}: its lease has run out.`,
    gone: 'It has left, or was retired. A revocation does not wait for it.',
    beats: (renewed: number, all: number) => `Renewed in ${renewed} of the last ${all} looks.`,
    behind: 'Behind',
    behindBy: (entries: number) => {
      if (entries === 0) return 'By nothing'
      return entries === 1 ? 'By 1 entry' : `By ${whole.format(entries)} entries`
    },
    acknowledged: 'Acknowledged',
    entry: (sequence: number) => `Entry ${whole.format(sequence)}`,
    lastAcknowledgement: 'Last did so',
    before: 'Before you looked',
    lease: 'Lease',
    lastKnownGood: 'Without the store',
    never: 'Never',
    none: 'No instance takes part: none has answered a request lately.',
    said: {
      renews: (name: string) => `The instance ${name} renews its lease.`,
      silent: (name: string) => `The instance ${name} is silent: its lease has run out.`,
      gone: (name: string) => `The instance ${name} is gone.`,
    },
  },

  events: {
    title: 'Events',
    lead: 'What happened, over all instances, newest first.',
    by: 'Filter by',
    everything: 'Everything',
    filters: { type: 'Type', subject: 'Subject', session: 'Session', network: 'Network' },
    hints: {
      type: 'What happened.',
      subject: 'The id of a subject.',
      session: 'The id of a session.',
      network: 'Such as 203.0.113.0/24.',
    },
    show: 'Show',
    only: 'Only',
    clear: 'Show everything',
    fresh: (count: number, more: boolean) =>
      count === 1 ? '1 new event' : `${whole.format(count)}${more ? ' or more' : ''} new events`,
    older: 'Show older ones',
    loadingOlder: 'Loading…',
    end: 'That is all that is kept.',
    none: 'Nothing of it is kept.',
    details: 'Details',
    times: (count: number) => `× ${whole.format(count)}`,
    timesLabel: (count: number) => `${whole.format(count)} alike within a minute`,
    filterLabel: (what: string, value: string) => `Only events of the ${what.toLowerCase()} ${value}`,
    toSubject: 'Look at the subject',
    list: 'Events, newest first',
  },

  policy: {
    title: 'Policy',
    lead: 'What is in force on the instance that answers you. It is changed in the configuration.',
  },

  notFound: {
    title: 'There is no such page',
    text: 'The address may be mistyped.',
    link: 'Go to the overview',
  },
}

/** Milliseconds, as people say them. */
export function seconds(milliseconds: number): string {
  return milliseconds < 59_950 ? `${(milliseconds / 1000).toFixed(1)} s` : `${Math.round(milliseconds / 60_000)} min`
}

function span(milliseconds: number): string {
  return milliseconds < 1000 ? `${milliseconds} ms` : `${milliseconds / 1000} s`
}
