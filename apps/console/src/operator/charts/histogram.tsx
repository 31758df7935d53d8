import type { ChartsAnswer } from 'hallpass-server/contract'
import { strings } from '../../strings/operator'
import { columns, rounded } from './columns'
import { Figure } from './figure'
import { useWidth } from './width'

const words = strings.overview
const height = 96

/** How long revocations took, by bucket. */
export function Histogram({ buckets }: { readonly buckets: ChartsAnswer['revocations'] }) {
  const counts = buckets.map(({ count }) => count)
  const total = counts.reduce((sum, count) => sum + count, 0)
  const labels = buckets.map(({ atMost }, index) => words.atMost(atMost, buckets[index - 1]?.atMost ?? null))
  const summary = `${words.latency}: ${labels.map((label, index) => `${label}: ${counts[index]}`).join(', ')}.`
  return (
    <Figure
      title={words.latency}
      figure={strings.count(total)}
      empty={total === 0}
      table={<Buckets labels={labels} counts={counts} />}
    >
      <Plot counts={counts} labels={labels} summary={summary} />
    </Figure>
  )
}

interface PlotProps {
  readonly counts: readonly number[]
  readonly labels: readonly string[]
  readonly summary: string
}

function Plot({ counts, labels, summary }: PlotProps) {
  const { element, width } = useWidth<HTMLDivElement>()
  const top = rounded(Math.max(...counts))
  return (
    <div class="plot" ref={element}>
      <span class="plot-top">{strings.count(top)}</span>
      {width === 0 ? null : (
        <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={summary}>
          <path class="plot-rule" d={`M0 .5h${width}M0 ${height - 0.5}h${width}`} />
          <path class="series-0" d={columns(counts, top, { width, height })} />
          {labels.map((label, index) => (
            <rect
              key={label}
              class="plot-touch"
              x={(index * width) / counts.length}
              width={width / counts.length}
              height={height}
            >
              <title>{`${label}: ${strings.count(counts[index] ?? 0)}`}</title>
            </rect>
          ))}
        </svg>
      )}
      <p class="plot-times" aria-hidden="true">
        <span>{labels[0]}</span>
        <span>{labels.at(-1)}</span>
      </p>
    </div>
  )
}

function Buckets({ labels, counts }: Omit<PlotProps, 'summary'>) {
  return (
    <table>
      <caption>{words.latency}</caption>
      <thead>
        <tr>
          <th scope="col">{words.took}</th>
          <th scope="col" class="number">
            {words.howMany}
          </th>
        </tr>
      </thead>
      <tbody>
        {labels.map((label, index) => (
          <tr key={label}>
            <th scope="row">{label}</th>
            <td class="number">{strings.count(counts[index] ?? 0)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
