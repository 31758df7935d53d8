import type { ExplainedMember } from 'hallpass/inspect'
import { strings } from '../../strings/decoder'

interface MemberTableProps {
  readonly part: 'header' | 'payload'
  readonly members: readonly ExplainedMember[]
}

const { columns } = strings

/** Roles are written out: on a phone the rows are laid out as blocks, which would take them away. */
export function MemberTable({ part, members }: MemberTableProps) {
  if (members.length === 0) return null
  return (
    <section aria-labelledby={part}>
      <h2 id={part}>{strings[part]}</h2>
      <table class="members" role="table">
        <caption class="visually-hidden">{strings.captions[part]}</caption>
        <thead role="rowgroup">
          <tr role="row">
            {Object.entries(columns).map(([name, label]) => (
              <th key={name} role="columnheader" scope="col" class={name}>
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {members.map((member, at) => (
            <Row key={at} member={member} />
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Row({ member: { name, value, bytes, meaning, standard, time, note } }: { readonly member: ExplainedMember }) {
  return (
    <tr role="row">
      <th role="rowheader" scope="row" class="name mono">
        <bdi>{name}</bdi>
      </th>
      <td role="cell" class="value mono">
        <bdi>{value}</bdi>
      </td>
      <td role="cell" class="meaning">
        {note === null ? null : <p class="note">{time === null ? note : <time dateTime={time.iso}>{note}</time>}</p>}
        <p>
          {meaning}
          {standard === null ? null : <span class="standard"> ({standard})</span>}
        </p>
      </td>
      <td role="cell" class="bytes">
        {strings.bytes(bytes)}
      </td>
    </tr>
  )
}
