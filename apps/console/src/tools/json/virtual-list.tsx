import type { ComponentChildren } from 'preact'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'

/** Pixels: browsers make no element much higher than twice of it. */
const highest = 8_000_000
/** Rows asked for beyond each edge of what is seen. */
const margin = 20

interface VirtualListProps<Row> {
  readonly count: number
  /** Pixels. */
  readonly rowHeight: number
  /** Another value: the rows are others than before. */
  readonly version: unknown
  readonly load: (from: number, to: number) => Promise<readonly Row[]>
  /** The row to be seen; a new object moves there again. */
  readonly target: { readonly row: number } | null
  readonly attributes: object
  readonly onKeyDown?: (event: KeyboardEvent) => void
  readonly children: (row: Row, index: number) => ComponentChildren
}

interface Loaded<Row> {
  readonly version: unknown
  readonly from: number
  readonly rows: readonly Row[]
}

/**
 * A list of any length, of which only what is seen is there. Where it would be higher than browsers allow, small
 * movements move as far as ever, and large ones, as of the scroll bar, in proportion.
 */
export function VirtualList<Row>(props: VirtualListProps<Row>) {
  const { count, rowHeight, version, load, target, attributes, onKeyDown, children } = props
  const element = useRef<HTMLDivElement>(null)
  const { top, view, moveTo, onScroll, height } = useScroll(element, count * rowHeight)
  const first = Math.floor(top / rowHeight)
  const last = Math.min(count, Math.ceil((top + view) / rowHeight))
  const loaded = useLoaded({ version, load, count, first, last })

  useLayoutEffect(() => {
    if (target === null) return
    const start = target.row * rowHeight
    if (start < top || start + rowHeight > top + view) moveTo(start - (view - rowHeight) / 2)
  }, [target])

  const shift = (element.current?.scrollTop ?? 0) - top
  return (
    <div
      {...attributes}
      ref={element}
      class="virtual"
      style={{ height: `min(${count * rowHeight + 18}px, 34rem, 70vh)` }}
      tabIndex={0}
      onScroll={onScroll}
      onKeyDown={onKeyDown}
    >
      <div class="virtual-whole" role="presentation" style={{ height: `${height}px` }}>
        {loaded.rows.map((row, i) => {
          const index = loaded.from + i
          if (index < first - margin || index > last + margin) return null
          return (
            <div
              key={index}
              class="virtual-row"
              role="presentation"
              style={{ height: `${rowHeight}px`, transform: `translateY(${index * rowHeight + shift}px)` }}
            >
              {children(row, index)}
            </div>
          )
        })}
      </div>
    </div>
  )
}

/** Where the list stands: in pixels of its full height, which may be more than that of its element. */
function useScroll(element: { readonly current: HTMLDivElement | null }, full: number) {
  const height = Math.min(full, highest)
  const [top, setTop] = useState(0)
  const [view, setView] = useState(600)
  const last = useRef(0)
  const limit = Math.max(0, full - view)
  const within = (value: number): number => Math.max(0, Math.min(limit, value))

  useLayoutEffect(() => {
    const box = element.current
    if (box === null) return undefined
    const observer = new ResizeObserver(() => setView(box.clientHeight))
    observer.observe(box)
    return () => observer.disconnect()
  }, [])
  useLayoutEffect(() => setTop(within(top)), [full, view])

  const onScroll = (): void => {
    const box = element.current
    if (box === null) return
    const moved = box.scrollTop - last.current
    last.current = box.scrollTop
    if (moved === 0) return
    const reach = Math.max(1, height - view)
    const atEdge = box.scrollTop <= 0 || box.scrollTop >= reach - 1
    const near = Math.abs(moved) <= 2 * view && !atEdge
    setTop(within(full <= highest ? box.scrollTop : near ? top + moved : (box.scrollTop / reach) * limit))
  }
  const moveTo = (wanted: number): void => {
    const next = within(wanted)
    const box = element.current
    if (box !== null) {
      box.scrollTop = full <= highest ? next : (next / Math.max(1, limit)) * (height - view)
      last.current = box.scrollTop
    }
    setTop(next)
  }
  return { top, view, height, moveTo, onScroll }
}

/** The rows around what is seen; while new ones are on their way, the old ones stay. */
function useLoaded<Row>(wanted: {
  readonly version: unknown
  readonly load: (from: number, to: number) => Promise<readonly Row[]>
  readonly count: number
  readonly first: number
  readonly last: number
}): Loaded<Row> {
  const { version, load, count, first, last } = wanted
  const [loaded, setLoaded] = useState<Loaded<Row>>({ version: null, from: 0, rows: [] })
  const newest = useRef(0)
  const isThere =
    loaded.version === version && first >= loaded.from && Math.min(last, count) <= loaded.from + loaded.rows.length
  useEffect(() => {
    if (isThere) return
    const from = Math.max(0, first - margin)
    const turn = (newest.current += 1)
    load(from, Math.min(count, last + margin)).then(
      (rows) => {
        if (turn === newest.current) setLoaded({ version, from, rows })
      },
      () => undefined,
    )
  }, [isThere, version, first, last, count])
  return loaded
}
