import type { LogReading, LogTerms } from '../core/log.js'
import type { View } from './view.js'

/** Two deployments on one log would sign out each other's people, and believe each other's versions. */
export function misfit(theirs: LogTerms, ours: LogTerms): string | null {
  if (theirs.deployment !== ours.deployment) return `the log belongs to ${theirs.deployment}`
  return theirs.protocol === ours.protocol
    ? null
    : `the log speaks protocol ${theirs.protocol}, this instance ${ours.protocol}`
}

/** Pushed entries may have run ahead of a reading; where both have one, it must be the same. */
export function contradiction(view: View, reading: LogReading): string | null {
  for (const { sequence, id } of reading.entries) {
    const known = view.at(sequence)
    if (known !== null && known.id !== id) return `entry ${sequence} is not the one that was pushed`
  }
  return null
}

/** The newest position that view and log both have; null where they have none in common. */
export function lastCommon(view: View, reading: LogReading): number | null {
  if (view.log !== reading.identity) return null
  let last: number | null = null
  for (const { sequence, id } of [reading.start, ...reading.entries]) {
    if (view.at(sequence)?.id === id) last = sequence
  }
  return last
}
