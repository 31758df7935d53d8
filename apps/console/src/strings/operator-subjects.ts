/** Words of the pages about subjects. */

const whole = new Intl.NumberFormat('en')

export const subjectWords = {
  subjects: {
    title: 'Subjects',
    lead: 'Everybody who has an account or a session here.',
    search: 'Search',
    hint: 'The beginning of an email or of an id, or the whole id of a session.',
    searching: 'Searching…',
    caption: 'Subjects',
    subject: 'Subject',
    sessions: 'Sessions',
    lastSeen: 'Last seen',
    noAccount: 'No account here',
    disabled: 'Disabled',
    showing: (count: number, more: boolean) => {
      if (count === 0) return 'Nobody is found.'
      const shown = `Showing ${whole.format(count)}`
      return more ? `${shown}, and there are more.` : `${shown}, which is everybody.`
    },
    showingFound: (count: number, more: boolean) => {
      if (count === 0) return 'Nobody is found. Emails and ids are searched from their beginning.'
      const shown = `Showing ${whole.format(count)} found`
      return more ? `${shown}, and there are more.` : `${shown}, which is everybody found.`
    },
    more: 'Show more',
    loadingMore: 'Loading…',
    danger: 'For emergencies',
    endEverything: 'End every session there is',
    endEverythingHint: 'Everybody, you too, signs in again. For when credentials may be in the wrong hands.',
  },

  endEverything: {
    title: 'End every session there is?',
    text: 'Everybody who is signed in, on every device and in every program, is signed out at once. You are, too.',
    word: 'everybody',
    yes: 'End every session',
    busy: 'Ending every session…',
    done: 'Every session there was is over.',
  },

  subject: {
    title: 'Subject',
    all: 'All subjects',
    id: 'Id',
    created: 'Account made',
    account: 'Account',
    state: 'State',
    enabled: 'May sign in',
    disabledSince: 'Disabled since',
    noAccount: 'It has sessions but no account on this server: somebody else keeps it.',
    roles: 'Roles',
    noRoles: 'It has no role.',
    take: 'Take away',
    takeLabel: (role: string, who: string) => `Take away the role ${role} from ${who}`,
    role: 'Role',
    roleHint: 'Such as “operator”, which may do everything on these pages.',
    grant: 'Grant',
    granting: 'Granting…',
    granted: (role: string, who: string) => `${who} has the role ${role} now.`,
    taken: (role: string, who: string) => `${who} has the role ${role} no more.`,
    sessions: 'Sessions',
    sessionCount: (shown: number, all: number) => `The ${shown} seen last of ${whole.format(all)}.`,
    noSessions: 'No session lives.',
    yours: 'This one',
    lastSeen: 'Last seen',
    firstSeen: 'Signed in',
    network: 'Network',
    method: 'Sign-in method',
    session: 'Session',
    end: 'End',
    endLabel: (device: string, id: string) => `End the session ${id} on ${device}`,
    endAll: 'End all sessions',
    disable: 'Disable the account',
    enable: 'Enable the account',
    enabling: 'Enabling…',
    events: 'Recent events',
    allEvents: 'All events of this subject',
    noEvents: 'Nothing is kept about this subject.',
    notFound: 'There is no such subject: it has neither an account nor a session here.',
  },

  takeRole: {
    title: (role: string) => `Take the role ${role} away?`,
    text: (role: string, who: string) =>
      `${who} can do nothing any more that needs the role ${role}. The sessions go on.`,
    yes: 'Take it away',
    busy: 'Taking it away…',
  },

  endOne: {
    title: 'End this session?',
    text: (device: string, who: string) => `${who} is signed out on ${device} at once, and has to sign in there again.`,
    yes: 'End it',
    busy: 'Ending…',
    done: (device: string, who: string) => `${who} is signed out on ${device}.`,
  },

  endAllOf: {
    title: 'End all sessions of this subject?',
    text: (who: string, count: number) =>
      `${who} is signed out at once, everywhere: ${count === 1 ? '1 session ends' : `${whole.format(count)} sessions end`}.`,
    yes: 'End them all',
    busy: 'Ending…',
    done: (who: string) => `${who} is signed out everywhere.`,
  },

  disable: {
    title: 'Disable this account?',
    text: (who: string) =>
      `${who} is signed out at once, everywhere, and cannot sign in until you enable the account again.`,
    yes: 'Disable it',
    busy: 'Disabling…',
    done: (who: string) => `The account of ${who} is disabled.`,
  },

  enabledAgain: (who: string) => `${who} may sign in again.`,
}
