import { tellReceipt } from 'hallpass/inspect'

/** Words that every page uses. */

const unit = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })
const exact = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' })

export const parts = {
  brand: 'Hallpass',
  titleOf: (view: string) => `${view} · Hallpass`,
  skip: 'Skip to the content',

  show: 'Show',
  hide: 'Hide',
  showLabel: (field: string) => `Show the ${field.toLowerCase()}`,

  cancel: 'Cancel',
  tryAgain: 'Try again',
  network: 'The server did not answer. Check your connection and try again; nobody was signed out.',
  unexpected: 'The server gave an answer that makes no sense here. Try again in a moment.',
  missing: (field: string) => `Enter your ${field.toLowerCase()}.`,
  sentence: (field: string, problem: string, remedy: string) => `${field} ${problem} ${remedy}`.trim(),

  stepUp: {
    title: 'Is it you?',
    text: 'This needs your password once more. After it, the act goes on by itself.',
    password: 'Password',
    submit: 'Go on',
    busy: 'Checking…',
    wrong: 'This is not your password. Nothing was changed.',
  },

  /** What a revocation brought about: `instances` know of it, `waitedOut` did not answer and were waited for. */
  receipt: (what: string, milliseconds: number, instances: number, waitedOut: number) =>
    `${what} ${tellReceipt(milliseconds, instances, waitedOut)}`,

  ago(then: number, now: number): string {
    const seconds = Math.min(0, Math.round((then - now) / 1000))
    if (seconds > -60) return 'just now'
    if (seconds > -3600) return unit.format(Math.trunc(seconds / 60), 'minute')
    if (seconds > -86_400) return unit.format(Math.trunc(seconds / 3600), 'hour')
    return unit.format(Math.trunc(seconds / 86_400), 'day')
  },
  exactly: (time: number) => exact.format(time),
}

export { tellDuration as duration } from 'hallpass/inspect'
