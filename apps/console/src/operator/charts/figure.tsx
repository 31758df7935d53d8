import type { ComponentChildren } from 'preact'
import { strings } from '../../strings/operator'

const words = strings.overview

interface FigureProps {
  readonly title: string
  /** The whole of it in one number. */
  readonly figure: string
  readonly empty: boolean
  /** The same for whoever cannot see the picture, or wants it exactly. */
  readonly table: ComponentChildren
  readonly children: ComponentChildren
}

/** A chart with its heading, its number and its table. */
export function Figure({ title, figure, empty, table, children }: FigureProps) {
  return (
    <section class="card figure">
      <div class="figure-head">
        <h3>{title}</h3>
        <p class="figure-number">{figure}</p>
      </div>
      {empty ? <p class="hint">{words.nothing}</p> : children}
      {empty ? null : (
        <details class="figure-table">
          <summary>
            {words.table}
            <span class="visually-hidden">: {title}</span>
          </summary>
          <div class="scroll" tabIndex={0} role="region" aria-label={title}>
            {table}
          </div>
        </details>
      )}
    </section>
  )
}
