import type { Piece } from 'hallpass/inspect'
import { strings } from '../../strings/decoder'

const longestShown = 560
/** What stands in the place of a secret: its length is not the secret's. */
const mask = /^\*+$/

/** The token as a pass that is torn off part by part. */
export function TokenPass({ pieces }: { readonly pieces: readonly Piece[] }) {
  if (pieces.length === 0) return null
  return (
    <section aria-labelledby="parts">
      <h2 id="parts">{strings.parts}</h2>
      <ol class="token-pass">
        {pieces.map(({ name, text, meaning }, at) => (
          <li key={at} class={`token-piece piece-${at % 5}`}>
            <div class="piece-stub">
              <h3>{name}</h3>
              {mask.test(text) ? null : <p>{strings.size(text.length)}</p>}
            </div>
            <div class="piece-body">
              <p class="mono piece-text">
                <bdi>{text.slice(0, longestShown)}</bdi>
              </p>
              {text.length > longestShown ? <p class="hint">{strings.more(text.length - longestShown)}</p> : null}
              {meaning === '' ? null : <p class="hint">{meaning}</p>}
            </div>
          </li>
        ))}
      </ol>
    </section>
  )
}
