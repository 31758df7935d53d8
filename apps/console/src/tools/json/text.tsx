import { strings } from '../../strings/json'
import { DecodeLink, Marked } from './marked'
import type { TextRow } from './messages'
import type { Json } from './use-json'
import { VirtualList } from './virtual-list'

/** Pixels. */
const rowHeight = 22
/** Deeper lines say how deep they are: nobody scrolls that far to the right. */
const shownLevels = 40

interface TextProps {
  readonly json: Json
  /** Whether it is the text as it was given, which is no JSON. */
  readonly isSource: boolean
}

export function Text({ json, isSource }: TextProps) {
  const { shown, targets, found, arrangement, lines } = json
  const current = targets.text?.row
  const marksCurrent = isSource || found.index >= 0
  return (
    <VirtualList<TextRow>
      count={shown.lines}
      rowHeight={rowHeight}
      version={shown.version}
      load={lines}
      target={targets.text}
      attributes={{ role: 'region', 'aria-label': isSource ? strings.sourceLabel : strings.textLabel }}
    >
      {(row, index) => (
        <div
          class={['json-line', marksCurrent && index === current ? 'here' : '', row.found ? 'found' : ''].join(' ')}
          aria-current={marksCurrent && index === current ? 'true' : undefined}
        >
          <span class="json-number">{row.number ?? ''}</span>
          {row.token === null ? null : <DecodeLink token={row.token} />}
          <code>
            {indentation(row.depth, arrangement.indent)}
            {row.parts.map(({ kind, text }, i) => (
              <span key={i} class={`json-is-${kind}`}>
                <Marked text={text} find={row.found ? found.text : ''} />
              </span>
            ))}
          </code>
        </div>
      )}
    </VirtualList>
  )
}

function indentation(depth: number, indent: string): string {
  return depth <= shownLevels ? indent.repeat(depth) : `${indent.repeat(shownLevels)}${strings.deeper(depth)}`
}
