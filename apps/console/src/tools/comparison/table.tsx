import type { ComparedCell, ComparedRow, ComparisonTable, Standing, Way } from 'hallpass/inspect'
import { strings } from '../../strings/comparison'

/**
 * The table; on a phone each row becomes a card. Laid out so, a browser no longer takes it for a table: hence the roles.
 */
export function Table({ table, note }: { readonly table: ComparisonTable; readonly note: string }) {
  const { columns, rows } = table
  return (
    <div class="compared" role="region" aria-label={strings.caption} tabIndex={0}>
      <table role="table">
        <caption>
          <strong>{strings.caption}</strong> {note}
        </caption>
        <thead role="rowgroup">
          <tr role="row">
            <td role="cell" />
            {columns.map(({ name }) => (
              <th key={name} role="columnheader" scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <Row key={row.label} row={row} columns={columns} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Row({ row, columns }: { readonly row: ComparedRow; readonly columns: readonly Way[] }) {
  const most = Math.max(...row.cells.map(({ figure }) => figure ?? 0))
  return (
    <tr role="row">
      <th role="rowheader" scope="row">
        {row.label}
        {row.note === null ? null : <span class="row-note">{row.note}</span>}
      </th>
      {row.cells.map((cell, at) => {
        const name = columns[at]?.name ?? ''
        return (
          <td key={name} role="cell" class={cell.standing}>
            <span class="way" aria-hidden="true">
              {name}
            </span>
            <Cell cell={cell} most={most} />
          </td>
        )
      })}
    </tr>
  )
}

function Cell({
  cell: { text, detail, figure, standing },
  most,
}: {
  readonly cell: ComparedCell
  readonly most: number
}) {
  return (
    <div class="cell">
      <p class="cell-text">
        <Sign standing={standing} />
        <span>{text}</span>
      </p>
      {figure === null || most === 0 ? null : <Bar share={figure / most} />}
      {detail === null ? null : <p class="cell-detail">{detail}</p>}
    </div>
  )
}

/** For those who tell no colours apart; the words say the same. */
function Sign({ standing }: { readonly standing: Standing }) {
  if (standing === 'plain') return null
  return (
    <svg class="sign" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={standing === 'good' ? 'M3 8.5l3.5 3.5L13 4.5' : 'M4 4l8 8M12 4l-8 8'} />
    </svg>
  )
}

function Bar({ share }: { readonly share: number }) {
  return (
    <svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
      <rect class="bar-whole" width="100" height="4" />
      <rect class="bar-part" width={share * 100} height="4" />
    </svg>
  )
}
