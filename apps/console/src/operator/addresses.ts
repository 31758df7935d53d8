/** The pages of the operator, in the order in which the navigation names them. */
export const sections = ['overview', 'subjects', 'keys', 'instances', 'events', 'clients', 'policy'] as const

export type Section = (typeof sections)[number]

export interface Address {
  readonly section: Section
  /** Of whom the page is; null for the page of a section itself. */
  readonly subject: string | null
}

/** Where a path leads; null for one that leads nowhere. */
export function readAddress(path: string): Address | null {
  const [, root, name = '', subject, ...more] = path.replace(/\/$/, '').split('/')
  if (root !== 'console' || more.length > 0 || name === 'overview') return null
  const section = name === '' ? 'overview' : sections.find((known) => known === name)
  if (section === undefined) return null
  if (subject === undefined) return { section, subject: null }
  const id = subjectIn(subject)
  return section === 'subjects' && id !== null ? { section, subject: id } : null
}

export function addressOf(section: Section): string {
  return section === 'overview' ? '/console' : `/console/${section}`
}

export function addressOfSubject(id: string): string {
  return `/console/subjects/${segmentOf(id)}`
}

/** A subject within a path: as it is, or as "~" and base64url of its UTF-8, where what it holds would mean something there. */
export function segmentOf(id: string): string {
  if (/^[A-Za-z0-9_-][A-Za-z0-9._@-]*$/.test(id)) return id
  const bytes = String.fromCharCode(...new TextEncoder().encode(id))
  return `~${btoa(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`
}

function subjectIn(segment: string): string | null {
  try {
    if (!segment.startsWith('~')) return decodeURIComponent(segment)
    const bytes = atob(segment.slice(1).replaceAll('-', '+').replaceAll('_', '/'))
    return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)))
  } catch {
    return null
  }
}
