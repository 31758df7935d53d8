import { comparisonTable, measured, measuredOn } from 'hallpass/inspect'
import { render } from 'preact'
import { Page } from '../../parts/page'
import { strings } from '../../strings/comparison'
import { toolAddress } from '../addresses'
import { Shell } from '../shell'
import { Table } from './table'

const table = comparisonTable(measured)

function Comparison() {
  return (
    <Shell here="comparison">
      <Page title={strings.title} lead={strings.lead}>
        <Table table={table} note={measuredOn(measured)} />
        <details class="slip">
          <summary>
            <h2>{strings.how}</h2>
          </summary>
          <dl class="told">
            {table.rows.map(({ label, how }) => (
              <div key={label}>
                <dt>{label}</dt>
                <dd>{how}</dd>
              </div>
            ))}
          </dl>
        </details>
        <details class="slip">
          <summary>
            <h2>{strings.setUps}</h2>
          </summary>
          <dl class="told">
            {table.columns.map(({ name, setUp }) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{setUp}</dd>
              </div>
            ))}
          </dl>
        </details>
        <p>
          <a href={toolAddress('advisor')}>{strings.advisor}</a>
        </p>
      </Page>
    </Shell>
  )
}

const root = document.getElementById('app')
if (root !== null) render(<Comparison />, root)
