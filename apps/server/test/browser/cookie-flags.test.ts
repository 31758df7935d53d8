import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cookieMistakes } from './chromium.js'

const local = 'http://localhost:7100/'

test('the check that every browser test makes of every cookie can fail', () => {
  assert.deepEqual(cookieMistakes('a=1; HttpOnly; SameSite=Lax', local), [])
  assert.deepEqual(cookieMistakes('a=1; HttpOnly; SameSite=Lax; Secure', 'https://app.example/'), [])
  for (const wrong of [
    'a=1; SameSite=Lax',
    'a=1; HttpOnly',
    'a=1; HttpOnly; SameSite=None',
    'b=HttpOnly; SameSite=Lax',
  ]) {
    assert.equal(cookieMistakes(wrong, local).length, 1, wrong)
  }
  assert.equal(cookieMistakes('a=1; HttpOnly; SameSite=Lax', 'https://app.example/').length, 1)
  assert.equal(cookieMistakes('a=1; HttpOnly; SameSite=Lax\nb=2', local).length, 1)
})
