import type { ComponentChildren } from 'preact'
import { goTo } from '../navigation'

interface LinkProps {
  readonly to: string
  readonly class?: string
  /** Whether it leads to where the visitor is. */
  readonly current?: boolean
  /** What a screen reader says where the text alone would be ambiguous. */
  readonly fullLabel?: string
  readonly children: ComponentChildren
}

/** A link of these pages: followed without a load, unless the visitor wants another tab. */
export function Link({ to, class: name, current = false, fullLabel, children }: LinkProps) {
  const follow = (event: MouseEvent): void => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    goTo(to)
  }
  return (
    <a href={to} class={name} aria-current={current ? 'page' : undefined} aria-label={fullLabel} onClick={follow}>
      {children}
    </a>
  )
}
