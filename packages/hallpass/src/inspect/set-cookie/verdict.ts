/** What there is to be said about one flag of a cookie. */
export interface Verdict {
  readonly about:
    | 'Kept'
    | 'HttpOnly'
    | 'Secure'
    | 'SameSite'
    | 'Prefix'
    | 'Domain'
    | 'Path'
    | 'Lifetime'
    | 'Value'
    | 'Others'
  readonly is: 'good' | 'attention' | 'bad'
  readonly said: string
  /** Null where nothing is to be done. */
  readonly remedy: string | null
  /** Where that is written. */
  readonly standard: string
}

/** `section`: of RFC 6265bis, or "OWASP" for its cheat sheet on sessions. */
export function good(about: Verdict['about'], said: string, section: string): Verdict {
  return { about, is: 'good', said, remedy: null, standard: standard(section) }
}

export function worth(about: Verdict['about'], said: string, remedy: string, section: string): Verdict {
  return { about, is: 'attention', said, remedy, standard: standard(section) }
}

export function bad(about: Verdict['about'], said: string, remedy: string, section: string): Verdict {
  return { about, is: 'bad', said, remedy, standard: standard(section) }
}

function standard(section: string): string {
  return section === 'OWASP' ? 'OWASP, Session Management Cheat Sheet' : `RFC 6265bis, section ${section}`
}
