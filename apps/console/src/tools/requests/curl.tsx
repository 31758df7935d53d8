import type { ComponentType } from 'preact'
import { useState } from 'preact/hooks'
import { parts } from '../../strings/parts'
import { strings } from '../../strings/requests'
import type { CurlProps } from './curl-parts'

/** Requests as commands. What reads and writes them comes when this is first opened. */
export function Curl(props: CurlProps) {
  const [loaded, setLoaded] = useState<{ readonly Parts: ComponentType<CurlProps> } | null>(null)
  const [failed, setFailed] = useState(false)
  const load = async (): Promise<void> => {
    try {
      const { CurlParts } = await import('./curl-parts')
      setLoaded({ Parts: CurlParts })
      setFailed(false)
    } catch {
      setFailed(true)
    }
  }
  return (
    <details class="curl" onToggle={() => void load()}>
      <summary>{strings.curl.title}</summary>
      {loaded === null ? null : <loaded.Parts {...props} />}
      {failed ? (
        <p class="error" role="alert">
          {parts.network}
        </p>
      ) : null}
    </details>
  )
}
