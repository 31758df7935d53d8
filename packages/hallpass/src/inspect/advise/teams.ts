import type { PartialAnswers } from './questions.js'

export type TeamId = 'shop' | 'spa' | 'mobile' | 'bank' | 'microservices' | 'edge' | 'internal' | 'gateway'

export interface Team {
  readonly id: TeamId
  readonly name: string
  readonly answers: PartialAnswers
}

/** Typical teams, to start from. */
export const teams: readonly Team[] = [
  {
    id: 'shop',
    name: 'Server-rendered shop',
    answers: {
      building: 'pages',
      sensitivity: 'ordinary',
      logOut: 'at-once',
      instances: 'several',
      verifiers: 'application',
      store: 'postgres',
      origins: 'one',
    },
  },
  {
    id: 'spa',
    name: 'SPA and API',
    answers: {
      building: 'spa',
      sensitivity: 'ordinary',
      logOut: 'at-once',
      instances: 'several',
      verifiers: 'application',
      store: 'redis',
      origins: 'several',
    },
  },
  {
    id: 'mobile',
    name: 'Mobile and API',
    answers: {
      building: 'mobile',
      sensitivity: 'ordinary',
      logOut: 'at-once',
      instances: 'several',
      verifiers: 'application',
      store: 'postgres',
      webViews: 'yes',
    },
  },
  {
    id: 'bank',
    name: 'Bank',
    answers: {
      building: 'pages',
      sensitivity: 'high',
      instances: 'several',
      verifiers: 'application',
      store: 'postgres',
      origins: 'one',
    },
  },
  {
    id: 'microservices',
    name: 'Microservices',
    answers: {
      building: 'services',
      sensitivity: 'ordinary',
      logOut: 'at-once',
      instances: 'several',
      store: 'redis',
    },
  },
  {
    id: 'edge',
    name: 'Edge functions',
    answers: {
      building: 'edge',
      sensitivity: 'ordinary',
      logOut: 'minutes',
      instances: 'regions',
      store: 'postgres',
    },
  },
  {
    id: 'internal',
    name: 'Internal admin',
    answers: {
      building: 'internal',
      sensitivity: 'high',
      instances: 'one',
      store: 'disk',
    },
  },
  {
    id: 'gateway',
    name: 'Many services, one gateway',
    answers: {
      building: 'gateway',
      sensitivity: 'ordinary',
      logOut: 'at-once',
      instances: 'several',
      store: 'redis',
      origins: 'one',
    },
  },
]
