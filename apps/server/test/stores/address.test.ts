import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { readStoreAddress } from '#src/stores/address.js'

function shown(text: string): string | undefined {
  const address = readStoreAddress(text)
  assert.ok(address !== null && 'shown' in address, text)
  return address.shown
}

test('a file, or nothing but memory', () => {
  assert.deepEqual(readStoreAddress('memory:'), { engine: 'memory' })
  assert.deepEqual(readStoreAddress('sqlite:a/b.db'), { engine: 'sqlite', path: join(process.cwd(), 'a/b.db') })
})

test('Redis: one server, with everything that can be said of it', () => {
  assert.deepEqual(readStoreAddress('rediss://anna:a%40b%2Fc@cache.example:6380/3'), {
    engine: 'redis',
    kind: 'single',
    tls: true,
    nodes: [{ host: 'cache.example', port: 6380 }],
    login: { username: 'anna', password: 'a@b/c' },
    database: 3,
    primary: '',
    shown: 'rediss://cache.example:6380/3',
  })
})

test('Valkey is the same, and the usual ports need not be said', () => {
  const one = readStoreAddress('valkey://:secret@[::1]')
  assert.ok(one?.engine === 'redis')
  assert.deepEqual([one.tls, one.nodes, one.login], [false, [{ host: '::1', port: 6379 }], { password: 'secret' }])
})

test('a Redis Cluster, and Sentinels with the name of what they watch', () => {
  const cluster = readStoreAddress('redis-cluster://u:p@a:7001,b:7002')
  const sentinel = readStoreAddress('redis-sentinel://a,b:26380/main')
  assert.ok(cluster?.engine === 'redis' && sentinel?.engine === 'redis')
  const nodes = [
    { host: 'a', port: 7001 },
    { host: 'b', port: 7002 },
  ]
  assert.deepEqual([cluster.kind, cluster.nodes, cluster.login], ['cluster', nodes, { username: 'u', password: 'p' }])
  assert.deepEqual(
    [sentinel.kind, sentinel.nodes, sentinel.primary],
    [
      'sentinel',
      [
        { host: 'a', port: 26_379 },
        { host: 'b', port: 26_380 },
      ],
      'main',
    ],
  )
})

test('Postgres as libpq says it', () => {
  const url = 'postgresql://anna:secret@db.example/auth?sslmode=verify-full'
  assert.deepEqual(readStoreAddress(url), { engine: 'postgres', url, shown: 'postgresql://db.example/auth' })
})

test('promise 4: what is shown of an address holds no login, however it is written', () => {
  const addresses = [
    'redis://anna:hunter2@h:1/2',
    'redis://anna:hunter2/hunter2@h:1',
    'redis://:hunter2@hunter2@h',
    'redis-sentinel://anna:hunter2@h:1,i:2/main',
    'postgres://anna:hunter2@h/db',
    'postgres://anna:x@hunter2@h/db',
    'postgres://anna@h/db?password=hunter2',
  ]
  for (const address of addresses) assert.doesNotMatch(shown(address) ?? '', /anna|hunter2/, address)
})

test('what is no address', () => {
  const wrong = [
    '',
    'memory',
    'sqlite:',
    'mysql://h',
    'redis://',
    'redis://a,b',
    'redis://a:0',
    'redis://a:65536',
    'redis://a/b',
    'redis://secret@a',
    'redis://u:%zz@a',
    'redis://a?tls=1',
    'redis-cluster://a/1',
    'redis-cluster://a,',
    'redis-sentinel://a,b',
    'redis-proxy://a',
    'postgres:db',
    'postgres://anna:1/hunter2@h/db',
    'postgres://anna:1#hunter2@h/db',
    'postgres://anna:1?hunter2@h/db',
    'postgres://a b:x/db',
  ]
  for (const text of wrong) assert.equal(readStoreAddress(text), null, text)
})
