import type { PersonEventBody } from 'hallpass-server/contract'

/** Every word of the account page and of signing in. */

/** How somebody proved who they are (RFC 8176). */
const methods: { readonly [amr: string]: string } = {
  pwd: 'password',
  otp: 'one-time code',
  hwk: 'security key',
  swk: 'passkey',
  user: 'presence',
  mfa: 'two factors',
  sms: 'text message',
  fpt: 'fingerprint',
  face: 'face',
  pin: 'PIN',
}

export const strings = {
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
  },

  devices: {
    title: 'Your devices',
    lead: 'Everywhere your account is signed in right now. End what you do not recognise.',
    signedInAs: 'Signed in as',
    console: 'Go to the console',
    loading: 'Looking up your devices…',
    list: 'Devices that are signed in',
    current: 'This device',
    unnamed: 'A device without a name',
    app: 'An app or a script',
    lastSeen: 'Last seen',
    firstSeen: 'Signed in',
    network: 'Network',
    method: 'With',
    methods: (amr: readonly string[]) => amr.map((one) => methods[one] ?? one).join(' and '),
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
  password: {
    title: 'Change password',
    lead: 'Every other device is signed out when it changes.',
    submit: 'Change password',
    busy: 'Changing…',
    wrong: 'This is not your current password. Nothing was changed.',
    done: 'Your password is changed. Every other device was signed out.',
  },

  events: {
    title: 'Recent activity',
    lead: 'What happened to your account. Say so when something was not you.',
    loading: 'Looking up what happened…',
    none: 'Nothing has happened yet.',
    newDevice: 'New device',
    current: 'This session',
    times: (count: number) => `${count} times`,
    types: {
      'signed-up': 'The account was created',
      'signed-in': 'Signed in',
      'sign-in-failed': 'A sign-in with a wrong password',
      'stepped-up': 'The password was confirmed',
      'password-changed': 'The password was changed',
      'session-ended': 'A device was signed out',
      'signed-out-everywhere': 'Other devices were signed out',
      'refresh-reused': 'A stolen or very old copy of a session was used; that session was ended',
      'refresh-repeated': 'A session was used from two devices at once',
      'account-disabled': 'The account was disabled',
      'account-enabled': 'The account was enabled again',
      disowned: 'You said that something was not you',
    } satisfies { readonly [Type in PersonEventBody['type']]: string },
    notMe: 'This was not me',
    notMeLabel: (what: string, when: string) => `This was not me: ${what}, ${when}`,
    disowned: 'Thank you for telling us. Every other device is signed out. Now choose a new password.',
  },
  confirmNotMe: {
    title: 'This was not you?',
    text: 'Every other device is signed out at once, and whoever runs this server is told. Then choose a new password, because somebody may know the old one.',
    yes: 'Sign the others out',
    busy: 'Signing out…',
  },

  notFound: {
    title: 'There is no such page',
    text: 'The address may be mistyped, or the page has moved.',
    link: 'Go to your devices',
  },

  endedOne: (name: string) => `${name} is signed out.`,
  endedOthers: 'All other devices are signed out.',
  endedAll: 'You are signed out everywhere.',

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
}
