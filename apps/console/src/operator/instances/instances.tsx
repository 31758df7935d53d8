import type { OperatorAnswer } from 'hallpass-server/contract'
import { strings } from '../../strings/operator'
import { duration } from '../../strings/parts'
import { DeskPage } from '../desk'
import { useNow } from '../live'
import { Fact, Loaded, When } from '../parts'
import { type Instances as Live, useInstances } from './live'
import { looksKept, type Observed, type Standing, standingOf } from './observe'

const words = strings.instances

export function Instances({ operator }: { readonly operator: OperatorAnswer }) {
  const { answered, observed, lookedAt, changed } = useInstances()
  return (
    <DeskPage operator={operator} title={words.title} lead={words.lead}>
      <p class="visually-hidden" role="status">
        {changed.map(({ incarnation, standing }) => words.said[standing](nameOf(incarnation))).join(' ')}
      </p>
      <Loaded answered={answered}>
        {({ log }) => (
          <>
            <p class="hint">{words.log(log.sequence)}</p>
            {observed.length === 0 ? (
              <p class="card">{words.none}</p>
            ) : (
              <List observed={observed} lookedAt={lookedAt} />
            )}
          </>
        )}
      </Loaded>
    </DeskPage>
  )
}

function List({ observed, lookedAt }: Pick<Live, 'observed' | 'lookedAt'>) {
  const now = useNow(1000)
  return (
    <ul class="cards">
      {observed.map((instance) => (
        <Instance key={instance.member.incarnation} instance={instance} lookedAt={lookedAt} now={now} />
      ))}
    </ul>
  )
}

interface InstanceProps {
  readonly instance: Observed
  readonly lookedAt: number
  readonly now: number
}

function Instance({ instance, lookedAt, now }: InstanceProps) {
  const { member, acknowledgedAt, beats } = instance
  const standing = standingOf(instance, lookedAt)
  return (
    <li class={`card instance ${standing}`}>
      <h2 title={member.incarnation}>
        <code>{nameOf(member.incarnation)}</code>
        <span class={`badge ${standing}`}>{words.standings[standing]}</span>
        {member.self ? <span class="badge plain">{words.self}</span> : null}
      </h2>
      <p class="instance-said">{said(instance, standing, lookedAt)}</p>
      <Beats beats={beats} />
      <dl class="facts">
        <Fact label={words.behind}>{words.behindBy(member.behind)}</Fact>
        <Fact label={words.acknowledged}>{words.entry(member.acknowledged)}</Fact>
        <Fact label={words.lastAcknowledgement}>
          {acknowledgedAt === null ? words.before : <When at={acknowledgedAt} now={now} />}
        </Fact>
        <Fact label={words.lease}>{duration(member.lease)}</Fact>
        <Fact label={words.lastKnownGood}>
          {member.lastKnownGood === 0 ? words.never : duration(member.lastKnownGood)}
        </Fact>
      </dl>
    </li>
  )
}

/** One mark a look, the latest at the right: a tall one where it had renewed since the look before. */
function Beats({ beats }: { readonly beats: readonly boolean[] }) {
  const unseen = looksKept - beats.length
  const mark = (place: number, high: number): string => `M${place * 6 + 2} ${(24 - high) / 2}v${high}`
  const label = words.beats(beats.filter(Boolean).length, beats.length)
  return (
    <svg
      class="beats"
      viewBox={`0 0 ${looksKept * 6} 24`}
      width={looksKept * 6}
      height="24"
      role="img"
      aria-label={label}
    >
      <path class="beats-unseen" d={Array.from({ length: unseen }, (_none, place) => mark(place, 1)).join('')} />
      <path d={beats.map((renewed, index) => mark(unseen + index, renewed ? 18 : 3)).join('')} />
    </svg>
  )
}

function said({ renewedAt, beats }: Observed, standing: Standing, lookedAt: number): string {
  const since = lookedAt - renewedAt
  if (standing === 'gone') return words.gone
  if (standing === 'silent') return words.silent(since)
  if (standing === 'late') return words.late(since)
  return beats.length === 0 ? words.justSeen : words.renewed(since)
}

/** Random and long: the beginning tells them apart. */
export function nameOf(incarnation: string): string {
  return incarnation.slice(0, 8)
}
