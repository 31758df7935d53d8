import { strings } from '../../strings/operator'
import { basesOf, columns, highest, rounded, totals } from './columns'
import { Figure } from './figure'
import { useWidth } from './width'

const words = strings.overview
const height = 96
const minute = 60_000

export interface Drawn {
  readonly label: string
  readonly values: readonly number[]
  readonly total: number
}

interface MinutesChartProps {
  readonly title: string
  /** One on another, the first at the bottom. */
  readonly series: readonly Drawn[]
  /** When the first minute began, milliseconds since 1970. */
  readonly from: number
}

/** How often something happened in each of the last minutes. */
export function MinutesChart({ title, series, from }: MinutesChartProps) {
  const sums = totals(series.map(({ values }) => values))
  const total = series.reduce((sum, { total }) => sum + total, 0)
  const summary = words.summary(title, total, Math.max(0, ...sums))
  return (
    <Figure
      title={title}
      figure={strings.count(total)}
      empty={total === 0}
      table={<Minutes {...{ title, series, from, sums }} />}
    >
      <Columns series={series} from={from} summary={summary} sums={sums} />
      {series.length > 1 ? <Legend series={series} /> : null}
    </Figure>
  )
}

interface ColumnsProps {
  readonly series: readonly Drawn[]
  readonly from: number
  readonly summary: string
  readonly sums: readonly number[]
}

function Columns({ series, from, summary, sums }: ColumnsProps) {
  const { element, width } = useWidth<HTMLDivElement>()
  const all = series.map(({ values }) => values)
  const top = rounded(highest(all))
  const bases = basesOf(all)
  return (
    <div class="plot" ref={element}>
      <span class="plot-top">{strings.count(top)}</span>
      {width === 0 ? null : (
        <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={summary}>
          <path class="plot-rule" d={`M0 .5h${width}M0 ${height - 0.5}h${width}`} />
          {all.map((values, index) => (
            <path key={index} class={`series-${index}`} d={columns(values, top, { width, height }, bases[index])} />
          ))}
          {sums.map((sum, index) => (
            <rect
              key={index}
              class="plot-touch"
              x={(index * width) / sums.length}
              width={width / sums.length}
              height={height}
            >
              <title>{`${strings.clock(from + index * minute)}: ${strings.count(sum)}`}</title>
            </rect>
          ))}
        </svg>
      )}
      <p class="plot-times" aria-hidden="true">
        <span>{strings.clock(from)}</span>
        <span>{strings.clock(from + (sums.length / 2) * minute)}</span>
        <span>{strings.clock(from + sums.length * minute)}</span>
      </p>
    </div>
  )
}

function Legend({ series }: { readonly series: readonly Drawn[] }) {
  return (
    <ul class="legend">
      {series.map(({ label, total }, index) => (
        <li key={label}>
          <svg width="12" height="12" aria-hidden="true">
            <rect class={`series-${index}`} width="12" height="12" rx="3" />
          </svg>
          <span class="untrusted">{label}</span> <b>{strings.count(total)}</b>
        </li>
      ))}
    </ul>
  )
}

function Minutes({ title, series, from, sums }: Omit<ColumnsProps, 'summary'> & { readonly title: string }) {
  return (
    <table>
      <caption>
        {title}. {words.quiet}
      </caption>
      <thead>
        <tr>
          <th scope="col">{words.minute}</th>
          {series.map(({ label }) => (
            <th key={label} scope="col" class="number">
              {label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {sums.map((sum, index) =>
          sum === 0 ? null : (
            <tr key={index}>
              <th scope="row">{strings.clock(from + index * minute)}</th>
              {series.map(({ label, values }) => (
                <td key={label} class="number">
                  {strings.count(values[index] ?? 0)}
                </td>
              ))}
            </tr>
          ),
        )}
      </tbody>
    </table>
  )
}
