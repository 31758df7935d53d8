import type { InspectVerdict } from 'hallpass/inspect'
import { useMemo } from 'preact/hooks'
import { strings } from '../../strings/decoder'
import { Mark } from './mark'

interface VerdictCardProps {
  readonly verdict: InspectVerdict
  readonly about: readonly string[]
  readonly token: string
}

/** What a verifier would do. Seen, it goes on counting; said aloud, it is said once, until it is another one. */
export function VerdictCard({ verdict: { outcome, sentence }, about, token }: VerdictCardProps) {
  const uncounted = sentence.replaceAll(/\d+/g, '')
  const said = useMemo(() => sentence, [token, outcome, uncounted])
  return (
    <section class={`verdict ${outcome}`} aria-labelledby="verdict">
      <h2 id="verdict" class="visually-hidden">
        {strings.verdict}
      </h2>
      <p class="verdict-line">
        <Mark outcome={outcome} />
        <span>{sentence}</span>
      </p>
      <p class="visually-hidden" role="status">
        {said}
      </p>
      <ul class="about">
        {about.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </section>
  )
}
