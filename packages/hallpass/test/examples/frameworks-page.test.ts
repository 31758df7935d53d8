import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

const root = new URL('../../../../', import.meta.url)
const read = (file: string): string => readFileSync(new URL(file, root), 'utf8')
const page = read('docs/frameworks.md')
const snippets = [...page.matchAll(/```(?:js|ts)\n\/\/ (examples\/\S+)\n([^]*?)```/g)]

/** The first line that the file does not have after those before it, or undefined. */
function missingLine(snippet: string, file: string): string | undefined {
  const lines = file.split('\n')
  let from = 0
  return snippet.split('\n').find((line) => {
    if (line === '') return false
    const at = lines.indexOf(line, from)
    from = at + 1
    return at === -1
  })
}

test('docs/frameworks.md shows lines of the examples, in their order', () => {
  assert.equal(snippets.length, page.split('```').length >> 1, 'every snippet names its file')
  for (const [, file, snippet] of snippets) assert.equal(missingLine(snippet!, read(file!)), undefined, file)
  assert.equal(missingLine('one\nthree\ntwo', 'one\ntwo\nthree'), 'two')
})
