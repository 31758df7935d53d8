import { Hono, type MiddlewareHandler } from 'hono'
import type { ServerEnv } from '../env.js'
import { type PageFiles, servePage, servePages } from './files.js'

/** The tools that have a page; whoever uses them need not be anybody. */
const tools = ['decoder', 'json', 'requests', 'advisor', 'comparison']

/** Pages for everybody, and the files that all of them load. */
export function publicPages(pages: PageFiles): Hono<ServerEnv> {
  const routes = new Hono<ServerEnv>()
    .use(servePages(pages))
    .get('/sign-in', servePage(pages, '/index.html'))
    .get('/sign-up', servePage(pages, '/index.html'))
    .get('/tools', servePage(pages, '/tools/index.html'))
  for (const tool of tools) routes.get(`/tools/${tool}`, servePage(pages, `/tools/${tool}.html`))
  return routes
}

/** Pages that are of no use to whoever is not signed in. For below `hallpassHono`. */
export function privatePages(pages: PageFiles): Hono<ServerEnv> {
  const account = servePage(pages, '/index.html')
  const console = servePage(pages, '/console.html')
  return new Hono<ServerEnv>()
    .get('/', sendVisitorsOn, account)
    .get('/account', sendVisitorsOn, account)
    .get('/console', sendVisitorsOn, console)
    .get('/console/*', sendVisitorsOn, console)
}

/** A visitor without a session goes elsewhere; a program that asks may have the page: nobody's data is in it. */
const sendVisitorsOn: MiddlewareHandler<ServerEnv> = async (c, next) => {
  c.header('vary', 'Cookie, Authorization, Accept, Sec-Fetch-Mode, Sec-Fetch-Dest')
  const elsewhere = c.var.auth.guard()?.headers.find(([name]) => name === 'location')
  return elsewhere === undefined ? next() : c.redirect(elsewhere[1], 303)
}
