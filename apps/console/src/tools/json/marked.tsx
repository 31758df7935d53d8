import { strings } from '../../strings/json'
import { toolAddress } from '../addresses'

/** A text in which what was looked for is marked. */
export function Marked({ text, find }: { readonly text: string; readonly find: string }) {
  const at = find === '' ? -1 : text.toLowerCase().indexOf(find.toLowerCase())
  if (at === -1) return <>{text}</>
  return (
    <>
      {text.slice(0, at)}
      <mark>{text.slice(at, at + find.length)}</mark>
      {text.slice(at + find.length)}
    </>
  )
}

/** The fragment of an address stays in the browser: the token goes to the decoder and nowhere else. */
export function DecodeLink({ token }: { readonly token: string }) {
  return (
    <a
      class="badge json-decode"
      href={`${toolAddress('decoder')}#paste=${encodeURIComponent(token)}`}
      aria-label={strings.decodeLabel}
    >
      {strings.decode}
    </a>
  )
}
