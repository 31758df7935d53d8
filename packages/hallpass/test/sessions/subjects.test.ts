import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PageQuery } from 'hallpass'
import { signedIn } from 'hallpass/testing'
import { codeOf, openAuth } from '../open-auth.js'

const everybody: PageQuery = { prefix: '', after: null, limit: 1000 }

test('a search names who has sessions, a page at a time, and nobody who was signed out', async (t) => {
  const { auth } = openAuth()
  t.after(() => auth.close())
  for (const subject of ['u_3', 'u_1', 'other', 'u_2', 'u_1']) await signedIn(auth, subject)
  assert.deepEqual(await auth.subjects.search(everybody), ['other', 'u_1', 'u_2', 'u_3'])
  assert.deepEqual(await auth.subjects.search({ prefix: 'u_', after: null, limit: 2 }), ['u_1', 'u_2'])
  assert.deepEqual(await auth.subjects.search({ prefix: 'u_', after: 'u_2', limit: 2 }), ['u_3'])
  await auth.subjects.revoke('u_1')
  assert.deepEqual(await auth.subjects.search(everybody), ['other', 'u_2', 'u_3'])
})

test('a search that no store could answer as it was meant is refused, with every mistake', async (t) => {
  const { auth } = openAuth()
  t.after(() => auth.close())
  const bad: readonly Partial<Record<keyof PageQuery, unknown>>[] = [
    ...[0, -1, 1.5, 1001, Number.NaN, '10', undefined].map((limit) => ({ limit })),
    ...['u_1\0', '\ud83e', 'a\nb', null, undefined, 7, ['u_1']].map((prefix) => ({ prefix })),
    ...['u_1\0', '\ud83e', undefined, 7].map((after) => ({ after })),
  ]
  for (const mistake of bad) {
    const search = auth.subjects.search({ ...everybody, ...mistake } as PageQuery)
    assert.equal(await search.then(() => 'accepted', codeOf), 'bad-request', JSON.stringify(mistake))
  }
  const mistakes = { prefix: '\0', after: '\0', limit: 0 }
  await assert.rejects(
    auth.subjects.search(mistakes),
    (error: Error & { mistakes: { field: string }[] }) =>
      String(error.mistakes.map(({ field }) => field)) === 'prefix,after,limit',
  )
})
