import assert from 'node:assert/strict'
import { test } from 'node:test'
import { onlyLatest } from '#src/operator/latest.js'

function later<Value>() {
  let resolve!: (value: Value) => void
  let reject!: (error: Error) => void
  const promise = new Promise<Value>((yes, no) => {
    resolve = yes
    reject = no
  })
  return { promise, resolve, reject }
}

test('an answer that was overtaken is dropped, in whichever order they come', async () => {
  const latest = onlyLatest()
  const [first, second] = [later<string>(), later<string>()]
  const answers = [latest(() => first.promise), latest(() => second.promise)]
  second.resolve('second')
  first.resolve('first')
  assert.deepEqual(await Promise.all(answers), [null, 'second'])
})

test('a failure that was overtaken is dropped too, and the last one is told', async () => {
  const latest = onlyLatest()
  const [first, second] = [later<string>(), later<string>()]
  const overtaken = latest(() => first.promise)
  const last = latest(() => second.promise)
  first.reject(new Error('first'))
  second.reject(new Error('second'))
  assert.equal(await overtaken, null)
  await assert.rejects(last, /second/)
})
