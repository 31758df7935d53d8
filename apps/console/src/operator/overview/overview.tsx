import type { ChartsAnswer, OperatorAnswer } from 'hallpass-server/contract'
import { strings } from '../../strings/operator'
import { api } from '../api'
import { Histogram } from '../charts/histogram'
import { type Drawn, MinutesChart } from '../charts/minutes-chart'
import { refusalsOf, seriesOf } from '../charts/series'
import { DeskPage } from '../desk'
import { useAnswer } from '../live'
import { Loaded } from '../parts'
import { Health } from './health'

const words = strings.overview
const minutes = 60
/** As many colours as people can tell apart in a chart this small. */
const mostCodes = 5

export function Overview({ operator }: { readonly operator: OperatorAnswer }) {
  const health = useAnswer(api.health, 5000)
  const charts = useAnswer(() => api.charts(minutes), 10_000)
  return (
    <DeskPage operator={operator} title={words.title}>
      <Loaded answered={health}>{(answer) => <Health answer={answer} />}</Loaded>
      <div>
        <h2>{words.lastHour}</h2>
        <p class="hint">{words.charts}</p>
      </div>
      <Loaded answered={charts}>{(answer) => <Charts answer={answer} />}</Loaded>
    </DeskPage>
  )
}

function Charts({ answer }: { readonly answer: ChartsAnswer }) {
  const from = Date.parse(answer.from)
  const one = (name: string, label: string): Drawn[] => [{ ...seriesOf(answer, name), label }]
  const refusals = refusalsOf(answer, mostCodes).map((series) => ({ ...series, label: series.name ?? words.others }))
  return (
    <div class="figures">
      <MinutesChart title={words.signIns} series={one('signed-in', words.signIns)} from={from} />
      <MinutesChart title={words.refreshes} series={one('refresh-rotated', words.refreshes)} from={from} />
      <MinutesChart title={words.refusals} series={refusals} from={from} />
      <Histogram buckets={answer.revocations} />
    </div>
  )
}
