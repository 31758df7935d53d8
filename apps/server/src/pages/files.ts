import { type Dirent, readFileSync, readdirSync } from 'node:fs'
import { extname, join, relative, sep } from 'node:path'
import type { Context, MiddlewareHandler } from 'hono'
import { policyOfPage } from './policies.js'

/** One file of the built pages, held in memory: what was not there at the start cannot be asked for. */
export interface PageFile {
  readonly type: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** By the path under which it is served, such as "/assets/index-B1x.js". */
export type PageFiles = ReadonlyMap<string, PageFile>

const types: { readonly [extension: string]: string } = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.txt': 'text/plain; charset=utf-8',
}

/** The built pages below a folder; none where it does not exist, as before the first build. */
export function readPages(folder: string): PageFiles {
  return new Map(filesBelow(folder).map((file) => [`/${relative(folder, file).split(sep).join('/')}`, pageFile(file)]))
}

function filesBelow(folder: string): string[] {
  let entries: Dirent[]
  try {
    entries = readdirSync(folder, { withFileTypes: true })
  } catch {
    return []
  }
  return entries.flatMap((entry) =>
    entry.isDirectory() ? filesBelow(join(folder, entry.name)) : [join(folder, entry.name)],
  )
}

function pageFile(file: string): PageFile {
  return { type: types[extname(file)] ?? 'application/octet-stream', bytes: new Uint8Array(readFileSync(file)) }
}

/** Answers GET and HEAD with a page file. Names below `/assets/` carry a hash of their content: they never change. */
export function servePages(pages: PageFiles): MiddlewareHandler {
  return async (c, next) => {
    const { path, method } = c.req
    const file = method === 'GET' || method === 'HEAD' ? pages.get(path) : undefined
    if (file === undefined) return next()
    if (path.endsWith('.html')) return shown(c, path, file)
    c.header('cache-control', path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache')
    return c.body(file.bytes, 200, { 'content-type': file.type })
  }
}

/** Answers with one of the pages. Several addresses may share one, which finds out itself where it is. */
export function servePage(pages: PageFiles, path: string): MiddlewareHandler {
  const page = pages.get(path)
  return async (c, next) => (page === undefined ? next() : shown(c, path, page))
}

/** To somebody who mistyped an address, the page that says so; null for everything that is no person looking. */
export function pageNotFound(c: Context, pages: PageFiles): Response | null {
  const page = pages.get('/index.html')
  if (page === undefined || c.req.method !== 'GET' || c.req.header('sec-fetch-mode') !== 'navigate') return null
  c.header('vary', 'Sec-Fetch-Mode')
  return shown(c, '/index.html', page, 404)
}

function shown(c: Context, path: string, { bytes, type }: PageFile, status: 200 | 404 = 200): Response {
  c.header('content-security-policy', policyOfPage(path))
  c.header('cache-control', 'no-cache')
  return c.body(bytes, status, { 'content-type': type })
}
