import type { KeysAnswer, RehearsalAnswer } from 'hallpass-server/contract'

export type KeySchedule = KeysAnswer
export type ScheduledKey = KeysAnswer['keys'][number]
export type Rehearsal = RehearsalAnswer
