import { strings } from '../../strings/operator'
import { keyWords } from '../../strings/operator-keys'
import { parts } from '../../strings/parts'
import { useWidth } from '../charts/width'
import type { KeySchedule } from './schedule'
import { type Bar, timeline } from './timeline'

const words = keyWords.keys
const row = 44
const head = 22
const foot = 24
/** Between a name and the line that marks the moment. */
const gap = 7

/** The key ring as bars in time. The cards below say the same in words. */
export function TimelineFigure({ schedule, now }: { readonly schedule: KeySchedule; readonly now: number }) {
  const { element, width } = useWidth<HTMLDivElement>()
  const { bars, now: here, rotates, ticks } = timeline(schedule, now)
  const height = head + bars.length * row + foot
  const rotatesIsApart = Math.abs(rotates - here) * width > 80
  return (
    <section class="card key-ring" aria-label={words.timeline}>
      <div ref={element}>
        {width === 0 ? null : (
          <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
            {ticks.map(({ at, time }) => (
              <g key={time}>
                <path class="plot-rule" d={`M${at * width} ${head}V${height - foot}`} />
                <text x={at * width} y={height - 6} text-anchor={anchorOf(at)}>
                  {labelOf(time, ticks)}
                </text>
              </g>
            ))}
            {bars.map((bar, index) => (
              <KeyBar key={bar.key.kid} bar={bar} width={width} top={head + index * row} />
            ))}
            <path class="timeline-rotates" d={`M${rotates * width} ${head - 4}V${height - foot}`} />
            {rotatesIsApart ? (
              <text x={rotates * width} y={14} text-anchor={anchorOf(rotates)}>
                {words.rotates}
              </text>
            ) : null}
            <path class="timeline-now" d={`M${here * width} ${head - 4}V${height - foot}`} />
            <text class="timeline-now-text" x={here * width} y={14} text-anchor={anchorOf(here)}>
              {words.now}
            </text>
            {bars.map(({ key: { kid, state }, from }, index) => (
              <text key={kid} x={Math.min(from * width + gap, width - 140)} y={head + index * row + 14}>
                <tspan class="timeline-kid">{kid.slice(0, 10)}</tspan> {words.states[state]}
              </text>
            ))}
          </svg>
        )}
      </div>
      <ul class="visually-hidden">
        {bars.map(({ key: { kid, state, since, until } }) => (
          <li key={kid}>
            {kid}: {words.states[state]}. {words.since} {parts.exactly(since)}.{' '}
            {until === null ? words.open : `${words.until[state]} ${parts.exactly(until)}`}.
          </li>
        ))}
      </ul>
    </section>
  )
}

function KeyBar({ bar, width, top }: { readonly bar: Bar; readonly width: number; readonly top: number }) {
  const { key, from, width: share, goesOn } = bar
  const left = from * width
  const end = (from + share) * width
  return (
    <g>
      {goesOn ? (
        <rect class="key-bar key-active then" x={end} y={top + 20} width={Math.max(width - end, 0)} height={16} />
      ) : null}
      <rect
        class={`key-bar key-${key.state}`}
        x={left}
        y={top + 20}
        width={Math.max(end - left, 4)}
        height={16}
        rx={5}
      />
    </g>
  )
}

function anchorOf(place: number): 'start' | 'middle' | 'end' {
  if (place < 0.08) return 'start'
  return place > 0.92 ? 'end' : 'middle'
}

function labelOf(time: number, ticks: readonly { readonly time: number }[]): string {
  const [first, second] = ticks
  const apart = first === undefined || second === undefined ? 0 : second.time - first.time
  return apart >= 86_400_000 ? strings.date(time) : strings.clock(time)
}
