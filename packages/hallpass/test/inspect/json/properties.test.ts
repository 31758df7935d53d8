import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { finish, type JsonIndent, Paths, readJson, sorting, writeJson, writtenLength } from 'hallpass/inspect'

const runs = { numRuns: 2000 }
const indents: readonly JsonIndent[] = ['  ', '    ', '\t', '']

/** JSON as people and programs write it: blanks, escapes, exponents, names twice. */
const blank = fc.stringMatching(/^[ \t\r\n]{0,3}$/)
const written = fc.oneof(
  fc.json(),
  fc
    .tuple(fc.json(), fc.constantFrom('', ' ', '\t', '  '))
    .map(([json, indent]) => JSON.stringify(JSON.parse(json), null, indent)),
  fc.constantFrom(
    '-0',
    '1E+2',
    '0.10',
    '12345678901234567890',
    '1e400',
    '"\\u0041\\ud800"',
    '"\ud800"',
    '{"a":1,"\\u0061":2}',
    '[]',
    '{}',
  ),
)
const json = fc.oneof(
  written,
  fc
    .tuple(blank, written, blank, written, blank)
    .map(([a, first, b, second, c]) => `${a}[${first}${b},${c}${second}]${a}`),
  fc
    .tuple(blank, written, blank, written)
    .map(([a, first, b, second]) => `{"__proto__"${a}:${first},${b}"b":${second}}${b}`),
)
const bits = fc.constantFrom(
  ...[
    '"',
    '\\',
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '0',
    '-',
    '.',
    'e',
    '1',
    '\n',
    '\u0000',
    '\ufeff',
    "'",
    '/',
    'u',
    't',
    '\u00a0',
    '',
    'NaN',
    'null',
    '\ud800',
  ],
)
/** JSON with a mistake in it, most of the time. */
const mistaken = fc.tuple(json, fc.nat(), fc.nat(3), bits).map(([text, where, removed, put]) => {
  const at = where % (text.length + 1)
  return text.slice(0, at) + put + text.slice(at + removed)
})

function accepts(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

test('accepts exactly what JSON.parse accepts', () => {
  let [accepted, refused] = [0, 0]
  const same = (text: string): void => {
    const expected = accepts(text)
    if (expected) accepted += 1
    else refused += 1
    assert.equal(readJson(text).ok, expected, JSON.stringify(text))
  }
  fc.assert(fc.property(json, same), runs)
  fc.assert(fc.property(mistaken, same), { numRuns: 20_000 })
  fc.assert(fc.property(fc.string({ unit: 'binary' }), same), runs)
  assert.ok(accepted > 2000 && refused > 2000, `${accepted} accepted, ${refused} refused`)
})

test('formatting, minifying and sorting keep the value, and every number and string as written', () => {
  fc.assert(
    fc.property(json, fc.constantFrom(...indents), (text, indent) => {
      const reading = readJson(text)
      assert.ok(reading.ok)
      const sorted = finish(sorting(reading.document))
      for (const document of [reading.document, sorted]) {
        const out = writeJson(document, indent)
        assert.deepEqual(JSON.parse(out), JSON.parse(text))
        assert.equal(out.length, writtenLength(document, indent))
        const again = readJson(out)
        assert.ok(again.ok)
        assert.equal(writeJson(again.document, indent), out, 'what is formatted stays so')
      }
      const minified = writeJson(reading.document, '')
      assert.equal(
        minified,
        text.replace(/("(?:\\.|[^"\\])*")|[ \t\r\n]+/g, (_, string: string | undefined) => string ?? ''),
      )
      assert.deepEqual(
        writeJson(sorted, '').split('').sort(),
        minified.split('').sort(),
        'sorting loses and adds nothing',
      )
    }),
    runs,
  )
})

test('formats as JSON.stringify does', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(...indents), (value, indent) => {
      const text = JSON.stringify(value)
      const reading = readJson(text)
      assert.ok(reading.ok)
      // only JSON.parse moves names that are array indexes to the front, so the text itself is what is compared
      if (JSON.stringify(JSON.parse(text)) === text)
        assert.equal(writeJson(reading.document, indent), JSON.stringify(JSON.parse(text), null, indent))
    }),
    runs,
  )
})

test('sorted members stand in the order of code units', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 3 })), (names) => {
      const text = `{${names.map((name, i) => `${JSON.stringify(name)}:${i}`).join(',')}}`
      const reading = readJson(text)
      assert.ok(reading.ok)
      const sorted = finish(sorting(reading.document))
      const members = [...sorted.children(0)].map(
        (value) => [sorted.string(value - 1), Number(sorted.written(value))] as const,
      )
      const expected = names
        .map((name, i) => [name, i] as const)
        .sort(([a, i], [b, j]) => (a < b ? -1 : a > b ? 1 : i - j))
      assert.deepEqual(members, expected)
    }),
    runs,
  )
})

/** These point at the beginning of what is wrong as a whole: an escape sequence, a word, a number. */
const beginsRight: ReadonlySet<string> = new Set([
  ...['bad-escape', 'unquoted-string', 'misspelt-word', 'not-a-number', 'leading-zero'],
])

test('the place is the first at which the text can no longer become JSON', () => {
  fc.assert(
    fc.property(mistaken, (text) => {
      const reading = readJson(text)
      if (reading.ok) return
      const { place, kind } = reading.fault
      const lines = text.slice(0, place.offset).split('\n')
      assert.deepEqual([place.line, place.column], [lines.length, (lines.at(-1)?.length ?? 0) + 1])
      // what is to remove there is the comma before it
      if (kind === 'trailing-comma') return assert.equal(text[place.offset], ',')
      const before = readJson(text.slice(0, place.offset))
      assert.ok(
        before.ok || before.fault.place.offset === place.offset,
        `${JSON.stringify(text)} is wrong before ${place.offset}`,
      )
      if (place.offset < text.length && !beginsRight.has(kind)) {
        assert.ok(
          !completable(text.slice(0, place.offset + 1)),
          `${JSON.stringify(text)} is not wrong at ${place.offset}`,
        )
      }
    }),
    { numRuns: 10_000 },
  )
})

/** Whether JSON can begin so: tried with what could go on there. */
function completable(start: string): boolean {
  const closers = closersOf(start)
  const goOn = [
    '',
    '"',
    '""',
    '0',
    ':0',
    '":0',
    '"":0',
    'rue',
    'ue',
    'e',
    'alse',
    'lse',
    'se',
    'ull',
    'll',
    'l',
    '\\"',
    'u0000"',
    '0000"',
    '000"',
    '00"',
    '0"',
    'n"',
    '\\":0',
    'u0000":0',
    '0000":0',
    '000":0',
    '00":0',
    '0":0',
    'n":0',
    ',"":0',
  ]
  return goOn.some((more) => accepts(start + more + closers))
}

function closersOf(start: string): string {
  const open: string[] = []
  for (const [bracket] of start.replace(/"(?:\\.|[^"\\])*(?:"|$)/gs, '').matchAll(/[{}[\]]/g)) {
    if (bracket === '{') open.push('}')
    else if (bracket === '[') open.push(']')
    else open.pop()
  }
  return open.reverse().join('')
}

test('a path leads to the value that it names', () => {
  fc.assert(
    fc.property(json, (text) => {
      const reading = readJson(text)
      assert.ok(reading.ok)
      const { document } = reading
      const paths = new Paths(document)
      for (let entry = 0; entry < document.length; entry += 1) {
        if (document.isClosing(entry) || document.isName(entry)) continue
        const around = new Paths(document).containersOf(entry)
        const steps = Array.from({ length: around.length }, (_, level) => around.at(level))
        const containers = steps.length
        assert.ok(steps.every((container) => document.isContainer(container) && document.closing(container) > entry))
        const path = paths.to(entry)
        assert.equal(path, new Paths(document).to(entry))
        assert.equal(walk(path).length, Math.min(containers, 41), path)
      }
    }),
    { numRuns: 500 },
  )
})

function walk(path: string): readonly string[] {
  return path.slice(1).match(/\.[A-Za-z_$][\w$]*|\[\d+\]|\["(?:\\.|[^"\\])*"\]/g) ?? []
}
