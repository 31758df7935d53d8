import { parts } from '../strings/parts'
import { Link } from './link'

export function Wordmark() {
  return (
    <Link class="wordmark" to="/">
      <Mark />
      <span>{parts.brand}</span>
    </Link>
  )
}

/** A pass with its perforation. */
export function Mark() {
  return (
    <svg viewBox="0 0 36 24" width="36" height="24" aria-hidden="true">
      <path
        class="wordmark-pass"
        d="M3 2h30a1 1 0 0 1 1 1v5a4 4 0 0 0 0 8v5a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1v-5a4 4 0 0 0 0-8V3a1 1 0 0 1 1-1z"
      />
      <path class="wordmark-line" d="M13 4.5v15" />
      <path class="wordmark-tick" d="M18.5 12.2l3 3 6-6.4" />
    </svg>
  )
}
