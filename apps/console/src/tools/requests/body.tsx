import { type BodyKind, kindOfBody, textIn } from 'hallpass/inspect'
import { useEffect, useMemo, useState } from 'preact/hooks'
import { strings } from '../../strings/requests'
import type { Answered } from './senders'

const words = strings.body
/** More makes a page slow, and nobody reads it. */
const mostCharacters = 200_000
const mostBytes = 1024

interface Content {
  readonly kind: BodyKind
  readonly text: string
  readonly notes: readonly string[]
}

/** The body as text, whatever it is: markup is never markup here. */
export function BodyView({ answered: { headers, body } }: { readonly answered: Answered }) {
  const { kind, text, notes } = useFormatted(useMemo(() => contentOf(headers, body), [headers, body]))
  const isCut = kind !== 'binary' && text.length > mostCharacters
  return (
    <section class="answer-part">
      <div class="slip-head">
        <h3>{words.title}</h3>
        <span class="badge">{words.kinds[kind]}</span>
      </div>
      {[...notes, ...(isCut ? [words.cut(mostCharacters, text.length)] : [])].map((note) => (
        <p class="hint" key={note}>
          {note}
        </p>
      ))}
      {kind === 'empty' ? (
        <p class="hint">{words.empty}</p>
      ) : (
        // it scrolls, so the keyboard has to reach it
        <pre class="code body" tabIndex={0} role="region" aria-label={words.label}>
          {text.slice(0, mostCharacters)}
        </pre>
      )}
    </section>
  )
}

/** JSON in lines, once what does that has been loaded; most answers are short, and it is not. */
function useFormatted(content: Content): Content {
  const [formatted, setFormatted] = useState<{ readonly from: Content; readonly to: Content } | null>(null)
  useEffect(() => {
    if (content.kind !== 'json') return
    void import('./format-json').then(({ prettyJson }) => {
      const text = prettyJson(content.text)
      setFormatted({ from: content, to: text === null ? { ...content, notes: [words.broken] } : { ...content, text } })
    })
  }, [content])
  return formatted?.from === content ? formatted.to : content
}

function contentOf(headers: Answered['headers'], body: Uint8Array): Content {
  const type = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? null
  const kind = kindOfBody(type, body)
  if (kind !== 'binary') return { kind, text: textIn(body) ?? '', notes: [] }
  const notes = body.length > mostBytes ? [words.bytes(mostBytes, body.length)] : []
  return { kind, text: hexadecimal(body.subarray(0, mostBytes)), notes }
}

function hexadecimal(bytes: Uint8Array): string {
  const lines: string[] = []
  for (let at = 0; at < bytes.length; at += 16) {
    const row = [...bytes.subarray(at, at + 16)]
    const digits = row.map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
    const letters = row.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('')
    lines.push(`${at.toString(16).padStart(4, '0')}  ${digits.padEnd(47)}  ${letters}`)
  }
  return lines.join('\n')
}
