import { test } from 'node:test'
import { start } from './start.js'
import { plainRoutes, type Routes, walk } from './walk.js'

const trpc: Routes = { signIn: '/trpc/signIn', me: '/trpc/me', notes: '/trpc/addNote', signedIn: 200, noted: 200 }

const examples: { readonly [folder: string]: Routes } = {
  express: plainRoutes,
  fastify: plainRoutes,
  fetch: plainRoutes,
  h3: plainRoutes,
  hono: plainRoutes,
  koa: plainRoutes,
  node: plainRoutes,
  trpc,
}

for (const [example, routes] of Object.entries(examples)) {
  for (const strategy of ['session', 'hybrid', 'jwt']) {
    test(`examples/${example} as its README says, carried by ${strategy}`, async () => {
      const { url, stop } = await start(`${example}/app.js`, strategy)
      try {
        await walk(url, routes)
      } finally {
        await stop()
      }
    })
  }
}
