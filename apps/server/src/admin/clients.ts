import type { ClientRecord } from 'hallpass'
import { Hono } from 'hono'
import { limitBody, readBody } from '../body.js'
import { secretId } from '../oauth/client-secret.js'
import type { Clients, WithSecret } from '../oauth/clients.js'
import { clientChangeBody, clientChangeRemedies, newClientBody, newClientRemedies } from './client-bodies.js'
import type { ClientAnswer, ClientBody, ClientSecretAnswer, ClientsAnswer } from './contract.js'

/** The clients of OAuth, below `/admin/clients`. */
export function clientRoutes(clients: Clients): Hono {
  return new Hono()
    .get('/', async (c) => c.json({ clients: (await clients.list()).map(clientBody) } satisfies ClientsAnswer))
    .post('/', limitBody, async (c) => {
      const settings = await readBody(c, newClientBody, newClientRemedies)
      return c.json(secretAnswer(await clients.create(settings)), 201)
    })
    .get('/:id', async (c) => c.json(clientAnswer(await clients.find(c.req.param('id')))))
    .patch('/:id', limitBody, async (c) => {
      const changes = await readBody(c, clientChangeBody, clientChangeRemedies)
      return c.json(clientAnswer(await clients.change(c.req.param('id'), changes)))
    })
    .delete('/:id', async (c) => {
      await clients.remove(c.req.param('id'))
      return c.body(null, 204)
    })
    .post('/:id/secrets', async (c) => c.json(secretAnswer(await clients.addSecret(c.req.param('id'))), 201))
    .delete('/:id/secrets/:secret', async (c) => {
      const { id, secret } = c.req.param()
      return c.json(clientAnswer(await clients.removeSecret(id, secret)))
    })
}

function clientAnswer(client: ClientRecord): ClientAnswer {
  return { client: clientBody(client) }
}

function secretAnswer({ client, secret }: WithSecret): ClientSecretAnswer {
  return { client: clientBody(client), secret }
}

function clientBody({ secretHashes, version: _version, ...client }: ClientRecord): ClientBody {
  return { ...client, secrets: secretHashes.map((hash) => ({ id: secretId(hash) })) }
}
