import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RequestBody } from 'hallpass'
import { readBody } from '#src/http/body.js'
import { request } from './request.js'

const read = (type: string | null, body: RequestBody, form = false): Promise<unknown> =>
  readBody(request(type === null ? {} : { 'content-type': type }, { body }), ['a', 'to'], { form })
const json = 'application/json'
const urlencoded = 'application/x-www-form-urlencoded'

test('reads a JSON object, as text or already parsed, into one without a prototype', async () => {
  for (const body of [{ text: '{"a":1}' }, { parsed: { a: 1 } }, { parsed: '{"a":1}' }]) {
    const fields = await read(json, body)
    assert.deepEqual({ ...(fields as object) }, { a: 1 })
    assert.equal(Object.getPrototypeOf(fields), null)
  }
})

test('no body is an object without fields, whatever its type', async () => {
  for (const type of [null, json, 'text/plain']) {
    for (const body of [{ text: '' }, { parsed: undefined }])
      assert.deepEqual(Object.keys((await read(type, body)) as object), [])
  }
})

test('the media type is compared without case and parameters; another charset is another type', async () => {
  for (const type of ['Application/JSON', 'application/json; charset=utf-8', 'application/json;charset="UTF-8"']) {
    assert.ok(await read(type, { text: '{}' }))
  }
  for (const type of [
    null,
    'text/json',
    'application/json; charset=utf-16',
    'application/problem+json',
    'multipart/form-data',
    urlencoded,
  ]) {
    await assert.rejects(read(type, { text: '{}' }), { code: 'unsupported-media-type' }, String(type))
    await assert.rejects(read(type, { parsed: {} }), { code: 'unsupported-media-type' }, String(type))
  }
})

test('a body that is not one object says so', async () => {
  for (const text of [
    '[]',
    '1',
    'null',
    '"a"',
    '{',
    '{"a":1}{}',
    '{"a":1,"a":2}',
    '{"__proto__":{}}',
    ' ',
    '\uFEFF{}',
  ]) {
    await assert.rejects(read(json, { text }), { code: 'bad-request' }, text)
  }
  for (const parsed of [[], null, 1, true]) await assert.rejects(read(json, { parsed }), { code: 'bad-request' })
})

test('an unknown field is named', async () => {
  await assert.rejects(read(json, { text: '{"a":1,"admin":true}' }), (error: { mistakes: { field: string }[] }) => {
    assert.deepEqual(
      error.mistakes.map(({ field }) => field),
      ['admin'],
    )
    return true
  })
  await assert.rejects(read(json, { parsed: JSON.parse('{"__proto__":1}') }), { code: 'bad-request' })
})

test('a form is read only where one is allowed, and names each field once', async () => {
  const fields = (await read(urlencoded, { text: 'to=%2Fme%3Fa%3D1' }, true)) as { to: string }
  assert.equal(fields.to, '/me?a=1')
  assert.deepEqual({ ...((await read(urlencoded, { parsed: { to: '/' } }, true)) as object) }, { to: '/' })
  await assert.rejects(read(urlencoded, { text: 'to=a&to=b' }, true), { code: 'bad-request' })
  await assert.rejects(read(urlencoded, { text: '__proto__=1' }, true), { code: 'bad-request' })
  await assert.rejects(read(urlencoded, { text: 'to=a' }), { code: 'unsupported-media-type' })
})

test('what is too long is refused by its announced length or by what came', async () => {
  await assert.rejects(read(json, { tooLarge: true }), { code: 'too-large' })
  const announced = request({ 'content-type': json, 'content-length': '16385' }, { body: { parsed: {} } })
  await assert.rejects(readBody(announced, []), { code: 'too-large' })
})
