/** Every word of the pages. */

const unit = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })
const exact = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' })

export const strings = {
  brand: 'Hallpass',
  titleOf: (view: string) => `${view} · Hallpass`,
  skip: 'Skip to the content',

  signIn: {
    title: 'Sign in',
    lead: 'Welcome back.',
    submit: 'Sign in',
    busy: 'Signing in…',
    other: 'New here?',
    otherLink: 'Create an account',
  },
  signUp: {
    title: 'Create an account',
    lead: 'An email and a password, and you are in.',
    submit: 'Create account',
    busy: 'Creating your account…',
    other: 'Have an account?',
    otherLink: 'Sign in',
    taken: 'There is an account with this email already. Sign in instead, or use another email.',
    passwordHint: 'At least 8 characters. Three or four unrelated words are easy to remember.',
  },
  fields: {
    email: 'Email',
    password: 'Password',
    remember: 'Keep me signed in on this device',
    currentPassword: 'Current password',
    newPassword: 'New password',
    show: 'Show',
    hide: 'Hide',
    showLabel: (field: string) => `Show the ${field.toLowerCase()}`,
  },

  devices: {
    title: 'Your devices',
    lead: 'Everywhere your account is signed in right now. End what you do not recognise.',
    signedInAs: 'Signed in as',
    loading: 'Looking up your devices…',
    list: 'Devices that are signed in',
    current: 'This device',
    unnamed: 'A device without a name',
    app: 'An app or a script',
    lastSeen: 'Last seen',
    firstSeen: 'Signed in',
    network: 'Network',
    alone: 'No other device is signed in. When one is, it appears here.',
    end: 'End',
    endLabel: (name: string, lastSeen: string) => `End ${name}, last seen ${lastSeen}`,
    ending: 'Ending…',
    signOut: 'Sign out',
    signingOut: 'Signing out…',
    endOthers: 'Sign out all other devices',
    endAll: 'Sign out everywhere',
  },
  confirmOthers: {
    title: 'Sign out all other devices?',
    text: (count: number) =>
      count === 1
        ? 'One other device will be signed out at once. You stay signed in here.'
        : `${count} other devices will be signed out at once. You stay signed in here.`,
    yes: 'Sign them out',
    busy: 'Signing out…',
  },
  confirmAll: {
    title: 'Sign out everywhere?',
    text: (_others: number) => 'Every device is signed out at once, this one too. You will sign in again to come back.',
    yes: 'Sign out everywhere',
    busy: 'Signing out…',
  },
  cancel: 'Cancel',

  password: {
    title: 'Change password',
    lead: 'Every other device is signed out when it changes.',
    submit: 'Change password',
    busy: 'Changing…',
    wrong: 'This is not your current password. Nothing was changed.',
    done: 'Your password is changed. Every other device was signed out.',
  },

  notFound: {
    title: 'There is no such page',
    text: 'The address may be mistyped, or the page has moved.',
    link: 'Go to your devices',
  },

  receipt: (what: string, milliseconds: number, instances: number) =>
    `${what} Ended on ${instances > 1 ? `all ${instances} servers` : 'this server'} in ${duration(milliseconds)}.`,
  endedOne: (name: string) => `${name} is signed out.`,
  endedOthers: 'All other devices are signed out.',
  endedAll: 'You are signed out everywhere.',

  tryAgain: 'Try again',
  network: 'The server did not answer. Check your connection and try again; nobody was signed out.',
  unexpected: 'The server gave an answer that makes no sense here. Try again in a moment.',
  missing: (field: string) => `Enter your ${field.toLowerCase()}.`,
  sentence: (field: string, problem: string, remedy: string) => `${field} ${problem} ${remedy}`.trim(),

  /** Why somebody finds themselves at the sign-in form. */
  because: {
    'signed-out': 'You are signed out.',
    ended: 'You are signed out here: this session was ended from another device, or it had not been used for too long.',
    reused:
      'You are signed out here: an old copy of this session was used, perhaps by somebody else, so it was ended. Sign in and look at your devices.',
    'rolled-back': 'You are signed out here: the server has lost its record of this session.',
    invalid: 'Please sign in again.',
    'session-required': 'Please sign in to go on.',
  } as { readonly [code: string]: string },

  ago(then: number, now: number): string {
    const seconds = Math.min(0, Math.round((then - now) / 1000))
    if (seconds > -60) return 'just now'
    if (seconds > -3600) return unit.format(Math.trunc(seconds / 60), 'minute')
    if (seconds > -86_400) return unit.format(Math.trunc(seconds / 3600), 'hour')
    return unit.format(Math.trunc(seconds / 86_400), 'day')
  },
  exactly: (time: number) => exact.format(time),
}

function duration(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.max(1, Math.round(milliseconds))} ms` : `${(milliseconds / 1000).toFixed(1)} s`
}
