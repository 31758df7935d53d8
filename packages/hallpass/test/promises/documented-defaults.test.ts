import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { defaultLifetimes } from 'hallpass'

test('the guide states the default lifetimes as they are in code (ASVS 7.1.1)', () => {
  const guide = readFileSync(new URL('../../../../docs/sessions.md', import.meta.url), 'utf8')
  for (const [name, seconds] of Object.entries(defaultLifetimes)) {
    const row = guide.split('\n').find((line) => line.startsWith('| `') && line.includes(`\`${name}\``))
    assert.ok(row, `${name} is not in the guide`)
    const names = [...row.split('|')[1]!.matchAll(/`(\w+)`/g)].map((found) => found[1])
    const figures = [...row.split('|')[2]!.matchAll(/\b(\d{2,})\b/g)].map((found) => Number(found[1]))
    assert.equal(figures[names.indexOf(name)], seconds)
  }
})
