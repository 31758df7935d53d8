import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { defaultLifetimes, defaultSigning } from 'hallpass'

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

test('the guide states the algorithm, the cadence of rotation and the cache time as they are in code', () => {
  const guide = readFileSync(new URL('../../../../docs/keys.md', import.meta.url), 'utf8')
  for (const [name, value] of Object.entries(defaultSigning)) {
    const row = guide.split('\n').find((line) => line.startsWith(`| \`${name}\` |`))
    assert.match(row ?? '', new RegExp(`^\\| \`${name}\` \\| \`?${value}\`?[ |]`))
  }
  assert.equal(defaultSigning.rotateEvery, 30 * 86_400)
  assert.match(guide, /`rotateEvery` \| 2592000 \(30 days\)/)
})
