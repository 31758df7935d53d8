import { useEffect, useState } from 'preact/hooks'
import { Button } from '../../parts/button'
import { strings } from '../../strings/json'
import { copied } from './clipboard'
import { DecodeLink, Marked } from './marked'
import type { About, TreeRow } from './messages'
import type { Json } from './use-json'
import { VirtualList } from './virtual-list'

/** Pixels. */
const rowHeight = 30
/** Deeper rows are not moved further to the right. */
const shownLevels = 20

/** The tree of ARIA's authoring practices: one stop of the Tab key, and arrows within. */
export function Tree({ json }: { readonly json: Json }) {
  const { shown, targets, selected, setSelected } = json
  const [target, setTarget] = useState<{ readonly row: number } | null>(null)
  const { kept, load } = useKept(json)
  useEffect(() => setTarget(targets.tree), [targets.tree])

  const select = (row: number): void => {
    const next = Math.max(0, Math.min(shown.rows - 1, row))
    setSelected(next)
    setTarget({ row: next })
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    // keys of a link within the tree are the link's
    if (event.target !== event.currentTarget) return
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const row = kept.get(selected)
    if (act(event.key, { row, selected, last: shown.rows - 1, select, toggle: (open) => toggle(row, open) }))
      event.preventDefault()
  }
  const toggle = (row: TreeRow | undefined, open: boolean): void => {
    if (row !== undefined && row.count > 0) void json.toggle(row.entry, open)
  }
  return (
    <>
      <p class="hint" id="json-tree-hint">
        {strings.treeHint}
      </p>
      <VirtualList<TreeRow>
        count={shown.rows}
        rowHeight={rowHeight}
        version={shown.version}
        load={load}
        target={target}
        attributes={{
          role: 'tree',
          'aria-label': strings.treeLabel,
          'aria-describedby': 'json-tree-hint',
          'aria-activedescendant': `json-row-${selected}`,
        }}
        onKeyDown={onKeyDown}
      >
        {(row, index) => (
          <Row
            row={row}
            index={index}
            selected={index === selected}
            find={json.found.text}
            onClick={() => {
              setSelected(index)
              if (row.count > 0 && index === selected) toggle(row, !row.open)
            }}
            onToggle={() => {
              setSelected(index)
              toggle(row, !row.open)
            }}
          />
        )}
      </VirtualList>
      <Selected json={json} row={kept.get(selected)} />
    </>
  )
}

/** The rows that were loaded last, by their numbers: the keyboard acts on them, and what is selected is told of them. */
function useKept(json: Json) {
  const [kept, setKept] = useState<ReadonlyMap<number, TreeRow>>(new Map())
  const load = async (from: number, to: number): Promise<readonly TreeRow[]> => {
    const loaded = await json.rows(from, to)
    setKept(new Map(loaded.map((row, i) => [from + i, row])))
    return loaded
  }
  return { kept, load }
}

interface Keys {
  readonly row: TreeRow | undefined
  readonly selected: number
  readonly last: number
  readonly select: (row: number) => void
  readonly toggle: (open: boolean) => void
}

/** @returns whether the key means something here */
function act(key: string, { row, selected, last, select, toggle }: Keys): boolean {
  const page = 15
  const moves: { readonly [key: string]: number } = {
    ...{ ArrowDown: selected + 1, ArrowUp: selected - 1, Home: 0, End: last },
    ...{ PageDown: selected + page, PageUp: selected - page },
  }
  const move = moves[key]
  if (move !== undefined) select(move)
  else if (key === 'ArrowRight') {
    if (row !== undefined && row.count > 0 && !row.open) toggle(true)
    else if (row?.open === true) select(selected + 1)
  } else if (key === 'ArrowLeft') {
    if (row?.open === true) toggle(false)
    else if (row !== undefined) select(row.parentRow)
  } else if (key === 'Enter' || key === ' ') toggle(row?.open !== true)
  else return false
  return true
}

interface RowProps {
  readonly row: TreeRow
  readonly index: number
  readonly selected: boolean
  readonly find: string
  readonly onClick: () => void
  readonly onToggle: () => void
}

function Row({ row, index, selected, find, onClick, onToggle }: RowProps) {
  const isContainer = row.kind === 'object' || row.kind === 'array'
  const sought = row.found ? find : ''
  return (
    <div
      id={`json-row-${index}`}
      role="treeitem"
      class={row.found ? 'json-row found' : 'json-row'}
      aria-level={row.level}
      aria-posinset={row.position}
      aria-setsize={row.size}
      aria-expanded={isContainer && row.count > 0 ? row.open : undefined}
      aria-selected={selected}
      style={{ paddingInlineStart: `${0.5 + 1.1 * Math.min(row.level - 1, shownLevels)}rem` }}
      onClick={onClick}
    >
      <span class="json-twist" aria-hidden="true" onClick={(event) => (event.stopPropagation(), onToggle())} />
      {row.level > shownLevels + 1 ? <span class="json-index">{strings.deeper(row.level)}</span> : null}
      {row.name === null ? (
        row.level === 1 ? null : (
          <span class="json-index">{row.position - 1}</span>
        )
      ) : (
        <span class="json-is-name">
          <Marked text={row.name} find={sought} />
        </span>
      )}
      {row.token === null ? null : <DecodeLink token={row.token} />}
      {isContainer ? (
        <span class="json-count">
          {row.kind === 'object' ? '{ }' : '[ ]'} {strings.count(row.kind, row.count)}
        </span>
      ) : (
        <span class={`json-is-${row.kind}`}>
          <Marked text={row.written} find={sought} />
        </span>
      )}
    </div>
  )
}

/** The path and the whole value of the row that is selected. */
function Selected({ json, row }: { readonly json: Json; readonly row: TreeRow | undefined }) {
  const [about, setAbout] = useState<About | null>(null)
  const [said, setSaid] = useState('')
  const entry = row?.entry
  const { version } = json.shown
  useEffect(() => {
    let wanted = true
    setSaid('')
    if (entry !== undefined)
      json.about(entry).then(
        (answer) => {
          if (wanted) setAbout(answer)
        },
        () => undefined,
      )
    return () => {
      wanted = false
    }
  }, [entry, version])
  if (about === null || entry === undefined) return null
  const copy = async (text: Promise<Blob>): Promise<void> => setSaid(await copied(text, strings.cannotCopyPart))
  const rest = about.characters - about.written.length
  return (
    <dl class="json-selected">
      <dt>{strings.path}</dt>
      <dd>
        <code>{about.path}</code>
      </dd>
      {about.written === '' ? null : (
        <>
          <dt>{strings.value}</dt>
          <dd>
            <code>{about.written}</code>
            {rest > 0 ? <span class="hint"> {strings.more(rest)}</span> : null}
          </dd>
        </>
      )}
      <dd class="actions">
        <Button label={strings.copyPath} onClick={() => void copy(Promise.resolve(new Blob([about.path])))} />
        <Button label={strings.copyValue} onClick={() => void copy(json.write(entry))} />
        <span class="hint" role="status">
          {said}
        </span>
      </dd>
    </dl>
  )
}
