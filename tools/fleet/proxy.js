// Stands between instances and their store, hands every byte on, and counts what is asked: by the wire, not by us.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { once } from 'node:events'

/**
 * @param {string} engine 'redis' or 'postgres'
 * @param {number} target the port of the store
 * @returns {Promise<{ port: number, counts: Record<string, number>, close: () => void }>} `counts` grows by name
 */
export async function countingProxy(engine, target) {
  const counts = {}
  const count = (name) => void (counts[name] = (counts[name] ?? 0) + 1)
  const reader = { redis: readRedis, postgres: readPostgres }[engine]
  const sockets = new Set()
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1')
    const read = reader(count)
    for (const [from, to] of [
      [near, far],
      [far, near],
    ]) {
      sockets.add(from)
      from.setNoDelay(true)
      from.on('data', (chunk) => {
        if (from === near) read(chunk)
        to.write(chunk)
      })
      from.on('error', () => undefined)
      from.on('close', () => to.destroy())
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = () => {
    server.close()
    for (const socket of sockets) socket.destroy()
  }
  return {
    port: server.address().port,
    get counts() {
      return named(counts)
    },
    close,
  }
}

/** Commands are arrays of bulk strings (RESP): `*2\r\n$3\r\nGET\r\n$1\r\nx\r\n`. */
function readRedis(count) {
  let held = Buffer.alloc(0)
  return (chunk) => {
    held = Buffer.concat([held, chunk])
    for (;;) {
      const command = commandIn(held)
      if (command === null) return
      held = held.subarray(command.length)
      count(nameOfCommand(command.words))
    }
  }
}

function commandIn(bytes) {
  let at = 0
  const number = () => {
    const end = bytes.indexOf('\r\n', at)
    if (end === -1) return null
    const value = Number(bytes.toString('latin1', at + 1, end))
    at = end + 2
    return value
  }
  const count = number()
  if (count === null) return null
  const words = []
  for (let word = 0; word < count; word++) {
    const length = number()
    if (length === null || bytes.length < at + length + 2) return null
    words.push(bytes.toString('utf8', at, at + length))
    at += length + 2
  }
  return { words, length: at }
}

const luaFolder = new URL('../../packages/hallpass/dist/stores/redis/lua/', import.meta.url)
const lua = readdirSync(luaFolder).map((file) => [file.slice(0, -4), readFileSync(new URL(file, luaFolder), 'utf8')])
const scripts = new Map()

/** A script goes by the last of the files it was put together from. It is first sent whole, then by its hash. */
function nameOfCommand([command, script]) {
  if (command.toUpperCase() === 'EVAL') {
    const [name] = lua.find(([, text]) => script.endsWith(text)) ?? ['unknown script']
    scripts.set(createHash('sha1').update(script).digest('hex'), name)
    return name
  }
  return command.toUpperCase() === 'EVALSHA' ? script : command.toUpperCase()
}

/** Hashes are known by name once their text has come: the first time, a server refuses the hash and is sent the text. */
function named(counts) {
  const byName = {}
  for (const [name, count] of Object.entries(counts)) {
    const known = scripts.get(name) ?? name
    byName[known] = (byName[known] ?? 0) + count
  }
  return byName
}

/** Messages have a type, and a length that counts itself; the first of a connection has no type. */
function readPostgres(count) {
  let held = Buffer.alloc(0)
  let began = false
  const texts = new Map()
  let bound = ''
  return (chunk) => {
    held = Buffer.concat([held, chunk])
    for (;;) {
      const lengthAt = began ? 1 : 0
      if (held.length < lengthAt + 4) return
      const length = lengthAt + held.readUInt32BE(lengthAt)
      if (held.length < length) return
      const type = began ? String.fromCharCode(held[0]) : ''
      const body = held.subarray(lengthAt + 4, length)
      held = held.subarray(length)
      began = true
      const [first, second] = body.toString('utf8').split('\0', 2)
      if (type === 'P') texts.set(first, second)
      else if (type === 'B') bound = second
      else if (type === 'E') count(nameOfStatement(texts.get(bound) ?? bound))
      else if (type === 'Q') count(nameOfStatement(first))
    }
  }
}

/** The function of the schema that it calls, or what it begins with. */
function nameOfStatement(text) {
  if (text.includes('pg_notify')) return 'notify'
  return /to_json\("\w+"\.(\w+)\(/.exec(text)?.[1] ?? text.replace(/\s+/g, ' ').trim().slice(0, 40)
}
