/** What events are called, by their type, for operators. A type without a name here is told as it is. */
export const eventNames: { readonly [type: string]: string } = {
  'signed-up': 'Made an account',
  'signed-in': 'Signed in',
  'sign-in-failed': 'Failed to sign in',
  'stepped-up': 'Proved who they are',
  'password-changed': 'Changed the password',
  'session-ended': 'A session ended',
  'signed-out-everywhere': 'Signed out everywhere',
  'refresh-rotated': 'Refreshed',
  'refresh-repeated': 'A refresh token came twice, from another device',
  'refresh-reused': 'An old refresh token was used: perhaps stolen',
  'store-forgot': 'The store lost a write',
  'subject-revoked': 'All their sessions ended',
  'subject-changed': 'A subject changed',
  'everything-revoked': 'Every session ended',
  'key-revoked': 'A key was revoked',
  'keys-changed': 'Key ring changed',
  revoked: 'Revoked everywhere',
  refused: 'Request refused',
  'cookies-ambiguous': 'Two cookies of one name',
  'log-forgot': 'The store lost part of the revocation log',
  'lease-refused': 'An instance takes no lease',
  'clock-skewed': 'A clock is off',
  trouble: 'Something failed',
  'account-disabled': 'An account was disabled',
  'account-enabled': 'An account was enabled',
  disowned: '“This was not me”',
  'roles-changed': 'Roles changed',
  'operator-acted': 'An operator acted',
  more: 'More, of many kinds',
}

/** Types that call for a look. */
export const alarming: ReadonlySet<string> = new Set([
  'refresh-reused',
  'store-forgot',
  'log-forgot',
  'lease-refused',
  'clock-skewed',
  'trouble',
  'disowned',
])

export function eventName(type: string): string {
  return eventNames[type] ?? type
}
