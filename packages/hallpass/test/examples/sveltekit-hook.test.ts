import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RequestAuth } from 'hallpass/fetch'
import { cookieHeader, fromPage, navigation } from '#src/testing/adapter-client.js'

/** As much as the hook uses of what SvelteKit documents for `handle`. */
interface Input {
  readonly event: { readonly request: Request; readonly url: URL; readonly locals: { auth?: RequestAuth } }
  readonly resolve: (event: Input['event']) => Promise<Response>
}

const origin = 'http://localhost:3000'
const hooks = new URL('../../../../examples/sveltekit/src/hooks.server.js', import.meta.url)

test('the hook of examples/sveltekit: locals, the guard, the endpoints, and the cookies of an action', async () => {
  const { handle } = (await import(hooks.href)) as { handle(input: Input): Promise<Response> }
  const ask = (path: string, init: RequestInit, resolve: Input['resolve']): Promise<Response> => {
    const url = new URL(path, origin)
    return handle({ event: { request: new Request(url, init), url, locals: {} }, resolve })
  }
  const who: Input['resolve'] = async ({ locals }) => Response.json(locals.auth?.session?.subject ?? null)

  assert.equal(await (await ask('/', {}, who)).json(), null)
  const sent = await ask('/account?tab=1', { headers: navigation }, who)
  assert.deepEqual([sent.status, sent.headers.get('location')], [303, '/auth/resume?to=%2Faccount%3Ftab%3D1'])
  assert.equal((await ask('/account/__data.json', {}, who)).status, 401)

  const signedIn = await ask('/sign-in', { method: 'POST', headers: fromPage(origin) }, async ({ locals }) => {
    await locals.auth!.signIn('u_1')
    return Response.redirect(`${origin}/account`, 303)
  })
  const headers = { cookie: cookieHeader(signedIn.headers.getSetCookie()) }
  assert.equal(await (await ask('/account', { headers }, who)).json(), 'u_1')

  const page = { method: 'POST', headers: { ...headers, ...fromPage(origin) } }
  const never: Input['resolve'] = () => assert.fail('the endpoints are not for the application')
  const refreshed = await ask('/auth/refresh', page, never)
  assert.equal(refreshed.status, 200)
  assert.equal((await ask('/auth/sign-out', page, never)).status, 200)
  assert.equal(await (await ask('/', { headers }, who)).json(), null)
})
