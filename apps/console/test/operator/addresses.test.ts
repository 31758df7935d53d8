import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressOf, addressOfSubject, readAddress, sections } from '#src/operator/addresses.js'

test('every section has an address of its own, and is found by it', () => {
  assert.equal(new Set(sections.map(addressOf)).size, sections.length)
  for (const section of sections) assert.deepEqual(readAddress(addressOf(section)), { section, subject: null })
  assert.deepEqual(readAddress('/console/keys/'), { section: 'keys', subject: null })
})

for (const id of ['u_n4oH6U9', 'a/b', '../x', '.', 'anna@example.com', '~tilde', 'ä 💶', '%2F', '<b>', 'a?b#c', '-']) {
  test(`the subject ${id} has an address that names it and nothing else`, () => {
    const address = addressOfSubject(id)
    assert.match(address, /^\/console\/subjects\/[A-Za-z0-9._@~-]+$/, 'nothing that a proxy could read in another way')
    assert.equal(new URL(address, 'http://localhost').pathname, address)
    assert.deepEqual(readAddress(address), { section: 'subjects', subject: id })
  })
}

for (const path of ['/console/nowhere', '/console/keys/some', '/console/subjects/a/b', '/account', '/console/overview'])
  test(`${path} leads nowhere`, () => assert.equal(readAddress(path), null))

for (const broken of ['%E0%A4%A', '~*', '~_w'])
  test(`a subject written as ${broken} is none`, () => assert.equal(readAddress(`/console/subjects/${broken}`), null))
