import type { JsonExcerpt, JsonPlace } from 'hallpass/inspect'
import { Button } from '../../parts/button'
import { strings } from '../../strings/json'
import { duration } from '../../strings/parts'
import type { Opened } from './messages'
import type { Json } from './use-json'

/** Whether it is JSON; if not, why and where; and what is odd about it. */
export function Outcome({ json, opened }: { readonly json: Json; readonly opened: Opened }) {
  const { fault, warnings, warningCount } = opened
  return (
    <>
      <div role="status">
        {fault === null ? (
          <Valid opened={opened} lines={json.shown.lines} minified={json.arrangement.indent === ''} />
        ) : (
          <div class="notice bad json-fault">
            <h2>{strings.invalid}</h2>
            <p>{fault.told.message}</p>
            <Where place={fault.told.place} />
            <Excerpt {...fault.excerpt} />
          </div>
        )}
      </div>
      {fault === null ? null : (
        <div class="json-go">
          <Button label={strings.goThere} onClick={() => void goTo(json, fault.told.place)} />
        </div>
      )}
      {warnings.length === 0 ? null : (
        <details class="slip json-warnings">
          <summary>
            <h2>{strings.warnings(warningCount)}</h2>
          </summary>
          {warningCount > warnings.length ? <p>{strings.firstWarnings(warnings.length, warningCount)}</p> : null}
          <ul>
            {warnings.map(({ told, excerpt }) => (
              <li key={`${told.kind} ${told.place.offset}`}>
                <p>{told.message}</p>
                <Where place={told.place} />
                <Excerpt {...excerpt} />
                <Button
                  label={strings.goThere}
                  fullLabel={strings.goToWarning(told.place.line, told.place.column)}
                  onClick={() => void goTo(json, told.place)}
                />
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  )
}

/** The focus goes along, so that the arrow keys go on from there. */
async function goTo(json: Json, place: JsonPlace): Promise<void> {
  await json.reveal(place.offset)
  document.querySelector<HTMLElement>('.virtual')?.focus()
}

interface ValidProps {
  readonly opened: Opened
  readonly lines: number
  readonly minified: boolean
}

function Valid({ opened, lines, minified }: ValidProps) {
  const { characters, milliseconds, tokens } = opened
  const size = strings.size(characters)
  return (
    <div class="notice good">
      <h2>{strings.valid}</h2>
      <p>{strings.summary(size, minified ? opened.lines : lines, duration(milliseconds))}</p>
      {tokens === 0 ? null : <p>{strings.tokens(tokens)}</p>}
    </div>
  )
}

function Where({ place: { line, column, path } }: { readonly place: JsonPlace }) {
  return (
    <p class="json-where">
      {strings.place(line, column)}, {strings.at} <code>{path}</code>
    </p>
  )
}

/** The line, and a caret below the place: what screen readers need of it is said by the sentence above. */
function Excerpt({ text, caret }: JsonExcerpt) {
  return (
    <pre class="json-excerpt" aria-hidden="true">
      {text}
      {'\n'}
      <span class="json-caret">{`${' '.repeat(caret)}^`}</span>
    </pre>
  )
}
