import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { safeReturnPath } from '#src/http/redirect.js'

const fine = [
  '/',
  '/me',
  '/me?tab=1&q=a%0Ab',
  '/a//b',
  '/a/../b',
  '/%C3%A4',
  '/x#part',
  '/?to=https://evil.example',
  '/a:b@c',
]
for (const path of fine) test(`a path of our own is kept: ${path}`, () => assert.equal(safeReturnPath(path), path))

const elsewhere = [
  ...[
    '//evil',
    '///evil',
    '/\\evil',
    '/\\/evil',
    '\\\\evil',
    '/\t/evil',
    '/\n/evil',
    '/ /evil',
    ' //evil',
    '\t//evil',
    '/.//evil',
    '/a/..//evil',
  ],
  ...[
    'https:evil',
    'https://evil',
    'HTTPS://evil',
    'javascript:alert(1)',
    'data:text/html,x',
    'evil',
    '',
    '?x',
    '#x',
    '.',
    '@evil',
  ],
  ...[
    '/%5cevil',
    '/%5Cevil',
    '/%2fevil',
    '/%2Fevil',
    '/a%5c..',
    '/x\r\nSet-Cookie: a=b',
    '/x%0d%0aSet-Cookie:a=b',
    '/%00',
    '/%09/evil',
    '/\0',
  ],
  ...['/é', '/\u010d\u010a', '/\uFF0Fevil', '/\u2028', '/a b', `/${'a'.repeat(2048)}`],
]
for (const text of elsewhere) {
  const shown = JSON.stringify(text.slice(0, 40))
  test(`G18 C18 a text that could lead elsewhere is no return path: ${shown}`, () =>
    assert.equal(safeReturnPath(text), null))
}

test('G18 whatever passes stays on the origin, for a browser and for whoever decodes it once more', () => {
  const piece = fc.constantFrom(
    '/',
    '\\',
    '.',
    '..',
    '%2f',
    '%5c',
    '%2e',
    'evil.example',
    ':',
    '@',
    '?',
    '#',
    '\t',
    '\n',
    'https:',
    'a',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const path = safeReturnPath(pieces.join(''))
      if (path === null) return
      for (const seen of [path, path.split('?', 1)[0]!.replaceAll('%2e', '.')]) {
        assert.equal(new URL(seen, 'https://app.example/auth/refresh').origin, 'https://app.example')
      }
    }),
    { numRuns: 3000 },
  )
})
