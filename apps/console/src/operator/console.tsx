import type { OperatorAnswer } from 'hallpass-server/contract'
import { useEffect } from 'preact/hooks'
import { client } from '../client'
import { signInPath, usePlace } from '../navigation'
import { Link } from '../parts/link'
import { Page } from '../parts/page'
import { Mark } from '../parts/wordmark'
import { strings } from '../strings/operator'
import { parts } from '../strings/parts'
import { addressOf, readAddress, type Section, sections } from './addresses'
import { Gate } from './gate'
import { Lazily } from './lazily'
import { Overview } from './overview/overview'

/** The operator's pages: one document, whose address says which. */
export function Console() {
  const { path } = usePlace()
  // the form is a document of its own, and finds out by itself why nobody is signed in
  useEffect(() => client.on('signed-out', () => location.assign(signInPath())), [])
  return (
    <>
      <a class="skip" href="#content">
        {parts.skip}
      </a>
      <Gate
        masthead={(operator) => <Masthead section={readAddress(path)?.section ?? null} operator={operator} />}
        view={(operator) => <View key={path} path={path} query={location.search} operator={operator} />}
      />
    </>
  )
}

interface MastheadProps {
  readonly section: Section | null
  /** Null for somebody who is none, or is not known yet. */
  readonly operator: OperatorAnswer | null
}

function Masthead({ section, operator }: MastheadProps) {
  return (
    <header class="masthead">
      <Link class="wordmark" to={addressOf('overview')}>
        <Mark />
        <span>{strings.brand}</span>
      </Link>
      {operator === null ? null : (
        <>
          <p class="who clamp">
            {strings.signedInAs} <a href="/account">{operator.email ?? strings.account}</a>
          </p>
          <nav aria-label={strings.navigation}>
            <ul class="sections">
              {sections.map((name) => (
                <li key={name}>
                  <Link to={addressOf(name)} {...(name === section ? { current: true } : {})}>
                    {strings.sections[name]}
                  </Link>
                </li>
              ))}
            </ul>
          </nav>
        </>
      )}
    </header>
  )
}

interface ViewProps {
  readonly path: string
  /** With its question mark. */
  readonly query: string
  readonly operator: OperatorAnswer
}

function View({ path, query, operator }: ViewProps) {
  const address = readAddress(path)
  if (address === null) return <Nowhere />
  const { section, subject } = address
  if (subject !== null) return <Lazily load={loadSubject} props={{ operator, id: subject }} />
  return section === 'overview' ? (
    <Overview operator={operator} />
  ) : (
    <Lazily load={load[section]} props={{ operator, query }} />
  )
}

const loadSubject = async () => (await import('./subjects/subject')).Subject

const load = {
  subjects: async () => (await import('./subjects/subjects')).Subjects,
  keys: async () => (await import('./keys/keys')).Keys,
  instances: async () => (await import('./instances/instances')).Instances,
  events: async () => (await import('./events/events')).Events,
  clients: async () => (await import('./clients/clients')).Clients,
  policy: async () => (await import('./policy')).Policy,
}

function Nowhere() {
  const words = strings.notFound
  return (
    <Page title={words.title} lead={words.text}>
      <p>
        <Link to={addressOf('overview')}>{words.link}</Link>
      </p>
    </Page>
  )
}
