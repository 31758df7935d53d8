import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { test } from 'node:test'
import type { Hallpass } from 'hallpass'
import { adapterContract, type ServeApplication } from 'hallpass/testing'
import { serveOnNode } from './node-application.js'

type Lines = string | number | readonly string[]

function settingHeaders(res: ServerResponse, instead: (name: string, value: Lines) => Lines | null): void {
  const setHeader = res.setHeader.bind(res)
  res.setHeader = (name, value) => {
    const other = instead(name.toLowerCase(), value)
    return other === null ? res : setHeader(name, other)
  }
}

const overAuth =
  (other: (auth: Hallpass) => Partial<Hallpass>): ServeApplication =>
  (auth, options) =>
    serveOnNode()({ ...auth, ...other(auth) }, options)

/** Each is wrong in a way that adapters have been. */
const saboteurs: { readonly [name: string]: ServeApplication } = {
  'the cookies of Hallpass replace the application’s': serveOnNode((_req, res) =>
    settingHeaders(res, (name, value) => (name === 'set-cookie' && Array.isArray(value) ? value.slice(-1) : value)),
  ),
  'several Set-Cookie lines are folded into one': serveOnNode((_req, res) =>
    settingHeaders(res, (name, value) => (name === 'set-cookie' && Array.isArray(value) ? value.join(', ') : value)),
  ),
  'what must not be cached may be': serveOnNode((_req, res) =>
    settingHeaders(res, (name, value) => (name === 'cache-control' ? null : value)),
  ),
  'of two cookies of one name the last one wins': serveOnNode((req) => {
    const pairs = (req.headers.cookie ?? '').split('; ').map((pair) => [pair.split('=', 1)[0], pair] as const)
    if (req.headers.cookie !== undefined) req.headers.cookie = [...new Map(pairs).values()].join('; ')
  }),
  'the browser’s own word on where it comes from is lost': serveOnNode((req) => {
    delete req.headers.origin
    if (req.headers['sec-fetch-site'] !== undefined) req.headers['sec-fetch-site'] = 'same-origin'
  }),
  'trouble reads as a stranger': overAuth((auth) => ({
    authenticate: (request) =>
      auth.authenticate(request).catch(() => auth.authenticate({ ...request, header: () => null })),
  })),
  'HEAD is taken for what it heads': serveOnNode((req) => {
    if (req.method === 'HEAD' || req.method === 'OPTIONS') req.method = 'POST'
  }),
  'a stranger passes the guard': overAuth((auth) => ({
    async authenticate(request) {
      const standing = await auth.authenticate(request)
      const session = { id: 'x', subject: 'u_1', createdAt: 0, authenticatedAt: 0, lastSeenAt: 0, expiresAt: 0 }
      const device = { name: null, userAgent: null, network: null }
      return { ...standing, session: { ...session, device, amr: [], remember: false, data: {}, actor: null } }
    },
  })),
}

for (const [name, serve] of Object.entries(saboteurs)) {
  test(`the adapter contract catches: ${name}`, async () => {
    const broken: string[] = []
    for (const [promise, check] of adapterContract) await check(serve).catch(() => broken.push(promise))
    assert.notDeepEqual(broken, [], 'no promise was found broken')
    assert.ok(broken.length < adapterContract.length, 'it breaks one thing, not everything')
  })
}
