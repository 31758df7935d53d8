// Makes a client for each of the three services, by the operator API, and starts them with their credentials.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const issuer = process.env.HALLPASS_ISSUER ?? 'http://localhost:7100'
const operatorKey = process.env.HALLPASS_OPERATOR_KEY
const firstPort = Number(process.env.PORT ?? 7201)
if (operatorKey === undefined) throw new Error('HALLPASS_OPERATOR_KEY is missing: that of the server, see the README')

const address = { gateway: at(0), orders: at(1), invoices: at(2) }

await service('gateway', ['node', 'gateway.js'], {
  name: 'Gateway',
  grants: ['client_credentials', 'token-exchange'],
  audiences: ['orders', 'invoices'],
  scopes: ['invoices.remind'],
})
await service('orders', ['node', 'orders.js'], {
  name: 'Orders',
  grants: ['token-exchange'],
  audiences: ['invoices'],
})
await service('invoices', ['/usr/bin/python3', 'invoices.py'], {
  name: 'Invoices',
  grants: ['client_credentials'],
  audiences: ['orders'],
  scopes: ['orders.read'],
})
console.log(`The gateway is at ${address.gateway}`)

function at(index) {
  return `http://localhost:${firstPort + index}`
}

async function service(name, [command, file], client) {
  const { id, secret } = await made(client)
  const env = {
    PATH: process.env.PATH,
    HALLPASS_ISSUER: issuer,
    CLIENT_ID: id,
    CLIENT_SECRET: secret,
    PORT: new URL(address[name]).port,
    ORDERS: address.orders,
    INVOICES: address.invoices,
  }
  const program = command === 'node' ? process.execPath : command
  const child = spawn(program, [fileURLToPath(new URL(file, import.meta.url))], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => child.kill())
  const listening = await Promise.race([
    once(child.stdout, 'data').then(() => true),
    once(child, 'exit').then(() => false),
  ])
  if (!listening) throw new Error(`${name} did not start`)
}

/** The secret is shown this once; a deployment would keep it where it keeps its other secrets. */
async function made(client) {
  const response = await fetch(`${issuer}/admin/clients`, {
    method: 'POST',
    headers: { authorization: `Bearer ${operatorKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(client),
  })
  if (response.status !== 201) throw new Error(`${client.name}: ${await response.text()}`)
  const { client: record, secret } = await response.json()
  return { id: record.id, secret }
}
