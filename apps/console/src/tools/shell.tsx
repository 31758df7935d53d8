import type { ComponentChildren } from 'preact'
import { Mark } from '../parts/wordmark'
import { parts } from '../strings/parts'
import { strings } from '../strings/tools'
import { type Tool, toolAddress, tools } from './addresses'

interface ShellProps {
  /** Which tool this is; null for the page that lists them. */
  readonly here: Tool | null
  readonly children: ComponentChildren
}

/** What every tool has around it. Each is a page of its own, with a policy of its own: links load, they do not switch. */
export function Shell({ here, children }: ShellProps) {
  return (
    <>
      <a class="skip" href="#content">
        {parts.skip}
      </a>
      <header class="masthead">
        <a class="wordmark" href={toolAddress(null)}>
          <Mark />
          <span>{strings.brand}</span>
        </a>
        <nav aria-label={strings.navigation}>
          <ul class="tool-links">
            {tools.map((tool) => (
              <li key={tool}>
                <a href={toolAddress(tool)} aria-current={tool === here ? 'page' : undefined}>
                  {strings.tools[tool].name}
                </a>
              </li>
            ))}
          </ul>
        </nav>
      </header>
      {children}
    </>
  )
}
