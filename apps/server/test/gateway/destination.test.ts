import assert from 'node:assert/strict'
import { test } from 'node:test'
import { destinationOf } from '#src/gateway/destination.js'
import { routeTo } from './backend.js'

function to(upstream: string, path: string, stripPath = false) {
  const url = new URL(upstream)
  return destinationOf(routeTo({ upstream: url, audience: 'x' }, { path, stripPath }), url)
}

test('the path goes on as it was decided on, with or without that of the route', () => {
  const cases: readonly (readonly [upstream: string, path: string, strip: boolean, asked: string, sent: string])[] = [
    ['http://b:3000', '/api', false, '/api/x', '/api/x'],
    ['http://b:3000', '/api', true, '/api/x', '/x'],
    ['http://b:3000', '/api', true, '/api', '/'],
    ['http://b:3000', '/api', true, '/api/', '/'],
    ['http://b:3000/base', '/api', false, '/api/x', '/base/api/x'],
    ['http://b:3000/base/', '/api', true, '/api/x', '/base/x'],
    ['http://b:3000/base', '/api', true, '/api', '/base'],
    ['http://b:3000', '/', true, '/x', '/x'],
    ['http://b:3000', '/', false, '/', '/'],
  ]
  for (const [upstream, path, strip, asked, sent] of cases) {
    assert.equal(to(upstream, path, strip).pathFor(asked, ''), sent, `${upstream} ${path} ${asked}`)
    assert.equal(to(upstream, path, strip).pathFor(asked, 'q=/api?'), `${sent}?q=/api?`)
  }
})

test('a redirect of the backend to itself stays with us, every other is as it was', () => {
  const cases: readonly (readonly [upstream: string, strip: boolean, location: string, ours: string])[] = [
    ['http://b:3000', false, 'http://b:3000/api/x?y#z', '/api/x?y#z'],
    ['http://b:3000', false, '/api/x', '/api/x'],
    ['http://b:3000', true, 'http://b:3000/x', '/api/x'],
    ['http://b:3000', true, '/x?y', '/api/x?y'],
    ['http://b:3000', true, '//b:3000/x', '/api/x'],
    ['http://b:3000/base', true, '/base/x', '/api/x'],
    ['http://b:3000/base', true, '/base', '/api'],
    ['http://b:3000/base', true, 'http://b:3000/elsewhere', '/elsewhere'],
    ['http://b:3000/base', false, '/base/api/x', '/api/x'],
    ['http://b:3000/base', false, '/basement', '/basement'],
    ['http://b:3000', false, 'https://b:3000/x', 'https://b:3000/x'],
    ['http://b:3000', false, 'https://elsewhere.example/x', 'https://elsewhere.example/x'],
    ['http://b:3000', true, 'next', 'next'],
    ['http://b:3000', true, 'http://[', 'http://['],
    // neither becomes a way to another host on the way through
    ['http://b:3000', false, 'http://b:3000//evil.example/', '/evil.example/'],
    ['http://b:3000/base', false, '/base//evil.example/', '/evil.example/'],
    ['http://b:3000/base', false, '/base/\\evil.example/', '/evil.example/'],
  ]
  for (const [upstream, strip, location, ours] of cases)
    assert.equal(to(upstream, '/api', strip).location(location), ours, `${upstream} ${location}`)
})

test('an IPv6 address has no brackets where it is connected to, and keeps them in Host', () => {
  const { target, host } = to('http://[::1]:3000', '/api')
  assert.deepEqual([target.hostname, target.port, host], ['::1', '3000', '[::1]:3000'])
  assert.equal(to('https://b', '/api').target.port, '443')
})
