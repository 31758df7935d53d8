import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { test } from 'node:test'
import { ServerError } from '#src/errors.js'
import { createArrive } from '#src/transport/arrive.js'
import type { Transport } from '#src/transport/transport.js'

const proxies = { count: 1, networks: ['10.0.0.0/8'] }
const https: Transport = {
  issuer: 'https://app.example',
  hosts: ['app.example', 'admin.app.example:8443'],
  internalHosts: ['hallpass:7100'],
  proxies,
}
const local: Transport = {
  issuer: 'http://localhost:7100',
  hosts: ['localhost:7100'],
  internalHosts: [],
  proxies: null,
}

interface Sent {
  readonly method?: string
  readonly peer?: string
  readonly headers: readonly (readonly [name: string, value: string])[]
}

/** A request as node:http hands it over. */
function request({ method = 'GET', peer = '10.0.0.1', headers }: Sent): IncomingMessage {
  const joined: Record<string, string> = {}
  for (const [name, value] of headers) {
    const key = name.toLowerCase()
    const before = joined[key]
    // of Host, Node keeps the first
    if (before === undefined) joined[key] = value
    else if (key !== 'host') joined[key] = `${before}, ${value}`
  }
  return { method, headers: joined, rawHeaders: headers.flat(), socket: { remoteAddress: peer } } as never
}

/** The host that it arrived for, where it is sent, or the code of the refusal. */
function arrived(transport: Transport, sent: Sent): string {
  const arrival = createArrive(transport)(request(sent), { path: '/a', query: 'b=c' })
  if (arrival instanceof ServerError) return arrival.code
  return 'location' in arrival ? `to ${arrival.location}` : arrival.host
}

const byHttps = ['X-Forwarded-Proto', 'https'] as const

test('G17: a request has exactly one Host, and a plain one', () => {
  const hosts = (...values: string[]): string =>
    arrived(https, { headers: [...values.map((value) => ['Host', value] as const), byHttps] })
  assert.equal(hosts('app.example'), 'app.example')
  assert.equal(hosts(), 'ambiguous-address')
  assert.equal(hosts('app.example', 'app.example'), 'ambiguous-address')
  assert.equal(hosts('app.example', 'evil.example'), 'ambiguous-address')
  assert.equal(
    arrived(https, { headers: [['host', 'app.example'], ['HOST', 'evil.example'], byHttps] }),
    'ambiguous-address',
  )
  for (const garbage of ['', 'app.example:80@evil.example', 'app.example/', 'app.example:', 'app.example:x', 'a b'])
    assert.equal(hosts(garbage), 'ambiguous-address', garbage)
  for (const garbage of [
    'https://app.example',
    'app.example, evil.example',
    '[::1',
    'app.ex\u00e4mple',
    'app.example#',
  ])
    assert.equal(hosts(garbage), 'ambiguous-address', garbage)
  for (const other of [
    'evil.example',
    'app.example.',
    'app.example:8443',
    'app.example.evil.example',
    'localhost',
    '10.0.0.9',
  ])
    assert.equal(hosts(other), 'misdirected', other)
})

test('G10: hosts have one spelling: lower case, without the port that is the usual one', () => {
  const host = (value: string): string => arrived(https, { headers: [['HOST', value], byHttps] })
  assert.equal(host('App.Example'), 'app.example')
  assert.equal(host('APP.EXAMPLE:443'), 'app.example')
  assert.equal(host('app.example:0443'), 'app.example')
  assert.equal(host('Admin.App.Example:8443'), 'admin.app.example:8443')
  assert.equal(host('admin.app.example'), 'misdirected', 'without its port it is another')
  assert.equal(host('app.example:80'), 'misdirected', 'not the usual one of https')
})

test('DNS rebinding: on localhost no other name is answered for, by whichever port', () => {
  const host = (value: string): string => arrived(local, { peer: '127.0.0.1', headers: [['Host', value]] })
  for (const own of ['localhost:7100', 'localhost:5173', 'localhost', '127.0.0.1:7100', '[::1]:7100', 'LOCALHOST:1'])
    assert.notEqual(host(own), 'misdirected', own)
  for (const other of ['rebound.example:7100', '127.0.0.2:7100', '192.0.2.7:7100', 'localhost.evil.example', '[::2]'])
    assert.equal(host(other), 'misdirected', other)
  assert.equal(
    arrived(https, { headers: [['Host', 'localhost:7100'], byHttps] }),
    'misdirected',
    'only for a local issuer',
  )
})

test('where the issuer is https, plain http is for internal hosts alone', () => {
  const from = (peer: string, ...headers: (readonly [string, string])[]): string =>
    arrived(https, { method: 'POST', peer, headers: [['Host', 'app.example'], ...headers] })
  assert.equal(from('10.0.0.1', byHttps), 'app.example')
  assert.equal(from('10.0.0.1', ['X-Forwarded-Proto', 'HTTPS']), 'app.example')
  assert.equal(from('10.0.0.1', ['X-Forwarded-Proto', 'http, https']), 'app.example')
  assert.equal(from('10.0.0.1', ['X-Forwarded-Proto', 'http'], byHttps), 'app.example', 'the last line counts')
  assert.equal(from('10.0.0.1', ['X-Forwarded-Proto', 'https, http']), 'https-required')
  assert.equal(from('10.0.0.1'), 'https-required')
  assert.equal(from('10.0.0.1', ['Forwarded', 'proto=https'], ['X-Forwarded-Ssl', 'on']), 'https-required')
  assert.equal(from('192.0.2.7', byHttps), 'https-required', 'nobody that is trusted says so')
  assert.equal(arrived({ ...https, proxies: null }, { headers: [['Host', 'app.example'], byHttps] }), 'https-required')
  assert.equal(arrived(https, { headers: [['Host', 'hallpass:7100']] }), 'hallpass:7100')
  const arrival = createArrive(https)(request({ headers: [['Host', 'hallpass:7100']] }), { path: '/', query: '' })
  assert.ok('secure' in arrival && !arrival.secure, 'what is not encrypted does not pass for it')
})

test('who typed an address is sent to https; nothing else is', () => {
  const sent = (method: string, ...headers: (readonly [string, string])[]): string =>
    arrived(https, { method, headers: [['Host', 'App.Example'], ...headers] })
  const page = ['Accept', 'text/html,application/xhtml+xml'] as const
  assert.equal(sent('GET', page), 'to https://app.example/a?b=c')
  assert.equal(sent('GET', page, ['Sec-Fetch-Mode', 'navigate']), 'to https://app.example/a?b=c')
  assert.equal(sent('GET', page, ['Sec-Fetch-Mode', 'cors']), 'https-required')
  assert.equal(sent('GET', ['Accept', '*/*']), 'https-required')
  assert.equal(sent('GET'), 'https-required')
  assert.equal(sent('HEAD', page), 'https-required')
  assert.equal(sent('POST', page), 'https-required')
  assert.equal(arrived(https, { headers: [['Host', 'evil.example'], page] }), 'misdirected', 'never to another host')
})

test('an arrival says who the client is, and what is asked for', () => {
  const headers = [['Host', 'app.example'], byHttps, ['X-Forwarded-For', '192.0.2.1, ::ffff:198.51.100.7']] as const
  assert.deepEqual(createArrive(https)(request({ headers }), { path: '/a', query: 'b=c' }), {
    address: '198.51.100.7',
    secure: true,
    host: 'app.example',
    path: '/a',
    query: 'b=c',
  })
})
