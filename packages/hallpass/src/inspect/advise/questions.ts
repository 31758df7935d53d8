/** The questions of the advisor: the decision matrices of session control as a short conversation. Pure data. */

export type Building = 'pages' | 'spa' | 'mobile' | 'services' | 'edge' | 'internal' | 'gateway'

/** What is known of a team. Every answer is one of a few words. */
export interface Answers {
  readonly building: Building
  readonly sensitivity: 'ordinary' | 'high'
  readonly logOut: 'at-once' | 'minutes'
  readonly instances: 'one' | 'several' | 'regions'
  readonly verifiers: 'application' | 'services'
  readonly store: 'disk' | 'postgres' | 'redis'
  readonly origins: 'one' | 'several'
  readonly webViews: 'no' | 'yes'
}

export type QuestionKey = keyof Answers
export type PartialAnswers = { readonly [Key in QuestionKey]?: string }

export interface Option {
  readonly value: string
  readonly label: string
}

export interface Question {
  readonly key: QuestionKey
  readonly text: string
  /** Why it is asked: what the answer decides. */
  readonly why: string
  readonly options: readonly Option[]
}

export interface Asked extends Question {
  /** Whether it matters after what was answered so far. */
  readonly matters: (answers: PartialAnswers) => boolean
  /** What holds where it is not asked. */
  readonly otherwise: string
}

const always = (): boolean => true

function builds(...kinds: readonly Building[]): (answers: PartialAnswers) => boolean {
  return ({ building }) => kinds.some((kind) => kind === building)
}

/** In the order in which they are asked: at most seven of them, whatever is answered. */
export const questions: readonly Asked[] = [
  {
    key: 'building',
    text: 'What do you build?',
    why: 'It decides what can carry a credential: a browser keeps cookies, an app keeps tokens, a service keeps a secret.',
    options: [
      { value: 'pages', label: 'Pages that a server renders' },
      { value: 'spa', label: 'A single-page application and its API' },
      { value: 'mobile', label: 'Mobile apps and an API' },
      { value: 'services', label: 'Services that call each other' },
      { value: 'edge', label: 'Functions at the edge, before an origin' },
      { value: 'internal', label: 'An internal tool for staff' },
      { value: 'gateway', label: 'Many services behind one gateway' },
    ],
    matters: always,
    otherwise: 'pages',
  },
  {
    key: 'sensitivity',
    text: 'What is at stake when somebody else acts as one of your users?',
    why: 'It decides how long a session may live, and when a person proves again who they are.',
    options: [
      { value: 'ordinary', label: 'Something that can be put right: an order, a post, a setting' },
      { value: 'high', label: 'Money, health, or power over others' },
    ],
    matters: always,
    otherwise: 'ordinary',
  },
  {
    key: 'logOut',
    text: 'When somebody logs out everywhere, when must it hold?',
    why: 'A token that is only checked for its signature is believed until it expires. Whoever cannot wait needs checks that know of revocations.',
    options: [
      { value: 'at-once', label: 'At once: not one request later' },
      { value: 'minutes', label: 'Within a few minutes' },
    ],
    matters: ({ sensitivity }) => sensitivity !== 'high',
    otherwise: 'at-once',
  },
  {
    key: 'instances',
    text: 'How many instances of it run?',
    why: 'What one instance knows, the others must hear: several need a store that all of them reach.',
    options: [
      { value: 'one', label: 'One' },
      { value: 'several', label: 'Several, in one place' },
      { value: 'regions', label: 'Several, in more than one region' },
    ],
    matters: always,
    otherwise: 'several',
  },
  {
    key: 'verifiers',
    text: 'Who checks the credential of a request?',
    why: 'Only what holds the sessions can check an opaque cookie. Others need a signed token.',
    options: [
      { value: 'application', label: 'The application itself' },
      { value: 'services', label: 'Other services too' },
    ],
    matters: builds('pages', 'spa', 'mobile'),
    otherwise: 'application',
  },
  {
    key: 'store',
    text: 'Which store is at hand?',
    why: 'Sessions, keys and the revocation log live there. It also says what a crash can lose.',
    options: [
      { value: 'disk', label: 'None: the disk of the machine' },
      { value: 'postgres', label: 'Postgres' },
      { value: 'redis', label: 'Redis or Valkey' },
    ],
    matters: always,
    otherwise: 'disk',
  },
  {
    key: 'origins',
    text: 'Do pages of other origins of yours send requests to it?',
    why: 'Requests that change something are refused from every origin but the own one. Further ones are named.',
    options: [
      { value: 'one', label: 'No, everything is under one origin' },
      { value: 'several', label: 'Yes, such as https://admin.app.example beside https://app.example' },
    ],
    matters: builds('pages', 'spa', 'gateway'),
    otherwise: 'one',
  },
  {
    key: 'webViews',
    text: 'Do the apps show web views that sign people in, as Capacitor and the like do?',
    why: 'A web view sends the headers of a browser, and browsers are never handed tokens. Its origin is named.',
    options: [
      { value: 'no', label: 'No, the apps are native' },
      { value: 'yes', label: 'Yes' },
    ],
    matters: builds('mobile'),
    otherwise: 'no',
  },
]
