import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { parts } from '../strings/parts'

interface PageProps {
  readonly title: string
  readonly lead?: string
  readonly narrow?: boolean
  readonly children: ComponentChildren
}

let first = true

/** One view: names the window, and takes the focus to its heading when it replaces another view. */
export function Page({ title, lead, narrow = false, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  useLayoutEffect(() => {
    document.title = parts.titleOf(title)
    if (!first) heading.current?.focus()
    first = false
  }, [title])
  return (
    <main id="content" class={narrow ? 'page narrow' : 'page'}>
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      {lead === undefined ? null : <p class="lead">{lead}</p>}
      {children}
    </main>
  )
}
