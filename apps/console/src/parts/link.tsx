import type { ComponentChildren } from 'preact'
import { goTo } from '../navigation'

interface LinkProps {
  readonly to: string
  readonly class?: string
  readonly children: ComponentChildren
}

/** A link of these pages: followed without a load, unless the visitor wants another tab. */
export function Link({ to, class: name, children }: LinkProps) {
  const follow = (event: MouseEvent): void => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    goTo(to)
  }
  return (
    <a href={to} class={name} onClick={follow}>
      {children}
    </a>
  )
}
