import type { HealthAnswer } from 'hallpass-server/contract'
import type { ComponentChildren } from 'preact'
import { Link } from '../../parts/link'
import { strings } from '../../strings/operator'
import { addressOf } from '../addresses'
import { useInstances } from '../instances/live'
import { standingOf } from '../instances/observe'
import { useNow } from '../live'
import { Fact, When } from '../parts'

const words = strings.overview

/** Whether all is well, in a few cards. */
export function Health({ answer }: { readonly answer: HealthAnswer }) {
  const { store, lease } = answer
  return (
    <>
      <div class="cards">
        <Vital label={words.store} well={store.trouble === null} text={storeSaid(store)}>
          <p class="hint untrusted">{store.trouble ?? store.engine}</p>
        </Vital>
        <Vital label={words.lease} well={lease.valid} text={lease.valid ? words.leaseValid : words.leaseNone}>
          <p class="hint">{lease.lag === null ? words.noLag : words.lag(lease.lag)}</p>
        </Vital>
        <InstancesAtAGlance />
      </div>
      <ThisInstance answer={answer} />
      {store.warnings.length === 0 ? null : <Warnings warnings={store.warnings} />}
    </>
  )
}

function storeSaid({ answeredIn }: HealthAnswer['store']): string {
  return answeredIn === null ? words.silent : words.answers(answeredIn)
}

interface VitalProps {
  readonly label: string
  readonly well: boolean
  readonly text: string
  readonly children: ComponentChildren
}

function Vital({ label, well, text, children }: VitalProps) {
  return (
    <section class={`card vital ${well ? 'well' : 'ill'}`}>
      <h2>{label}</h2>
      <p class="vital-said">
        <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
          <path d={well ? 'M4 10.5l4 4 8-9' : 'M10 3v9M10 15.5v1.5'} />
        </svg>
        {text}
      </p>
      {children}
    </section>
  )
}

function InstancesAtAGlance() {
  const { observed, lookedAt } = useInstances(2000)
  const silent = observed.filter((instance) => standingOf(instance, lookedAt) === 'silent').length
  const listed = observed.filter(({ goneAt }) => goneAt === null).length
  return (
    <Vital label={words.instances} well={silent === 0} text={words.members(listed)}>
      <p class="hint">
        {silent === 0 ? words.allRenew : words.silentOnes(silent)}{' '}
        <Link to={addressOf('instances')}>{words.toInstances}</Link>
      </p>
    </Vital>
  )
}

function ThisInstance({ answer: { version, startedAt, signingKey, figures } }: { readonly answer: HealthAnswer }) {
  const now = useNow()
  const asked = Object.values(figures.askedStore).reduce((sum, count) => sum + count, 0)
  return (
    <section class="card vital">
      <h2>{words.server}</h2>
      <dl class="facts across">
        <Fact label={words.up}>
          <When at={startedAt} now={now} />
        </Fact>
        <Fact label={words.version}>{version}</Fact>
        <Fact label={words.fromMemory}>{strings.count(figures.fromMemory)}</Fact>
        <Fact label={words.askedStore}>{strings.count(asked)}</Fact>
        <Fact label={words.cached}>{strings.count(figures.cachedSessions)}</Fact>
        <Fact label={words.signingKey}>{signingKey === null ? strings.none : <code>{signingKey}</code>}</Fact>
      </dl>
    </section>
  )
}

function Warnings({ warnings }: { readonly warnings: HealthAnswer['store']['warnings'] }) {
  return (
    <section class="card">
      <h2>{words.warnings}</h2>
      <ul class="warnings">
        {warnings.map(({ code, message, remedy }) => (
          <li key={code}>
            <p>{message}</p>
            <p class="hint">{remedy}</p>
          </li>
        ))}
      </ul>
    </section>
  )
}
