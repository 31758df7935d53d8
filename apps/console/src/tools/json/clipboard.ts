import { strings } from '../../strings/json'

/**
 * Puts a text on the clipboard. The blob becomes the clipboard's text without this thread ever holding it.
 * @returns what to say of it: `refused` where the browser does not let the page; nothing where the text did not come, which
 *   is told beside the progress already
 */
export async function copied(text: Promise<Blob>, refused: string): Promise<string> {
  try {
    const plain = text.then((blob) => new Blob([blob], { type: 'text/plain' }))
    await navigator.clipboard.write([new ClipboardItem({ 'text/plain': plain })])
    return strings.copied
  } catch {
    return text.then(
      () => refused,
      () => '',
    )
  }
}
