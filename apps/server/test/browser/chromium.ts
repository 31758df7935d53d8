import assert from 'node:assert/strict'
import { accessSync, constants, mkdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { record } from '../record.js'

/** Without the background flags Chromium asks its maker's hosts for things at every start. */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

const artifacts = fileURLToPath(new URL('../../../../artifacts', import.meta.url))

export const viewports = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 860 } } as const

export const userAgents = {
  iphone:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
  firefox: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0',
} as const

export interface ProfileOptions extends BrowserContextOptions {
  /** What the console may say in this test, besides refusals of requests, which Chromium reports as errors: text, address. */
  readonly expected?: RegExp
}

/** One browser profile: cookies, storage and a page of its own. */
export interface Profile {
  readonly context: BrowserContext
  readonly page: Page
}

export async function startChromium(more: readonly string[] = []): Promise<Browser> {
  return chromium.launch({ executablePath: onPath('chromium'), args: [...flags, ...more] })
}

/** A new profile. When the test ends, it must have caused no complaint of the browser and no cookie without its flags. */
export async function newProfile(t: TestContext, browser: Browser, options: ProfileOptions = {}): Promise<Profile> {
  const { expected, ...contextOptions } = options
  const context = await browser.newContext({ viewport: viewports.desktop, ...contextOptions })
  const wrong: string[] = []
  const headers: Promise<void>[] = []
  context.on('console', (message) => {
    const text = message.text()
    if (message.type() !== 'error' || isRefusal(text) || expected?.test(`${text} ${message.location().url}`) === true)
      return
    wrong.push(`console: ${text}`)
  })
  context.on('weberror', (error) => void wrong.push(`script: ${error.error().message}`))
  context.on('request', (request) => record({ address: request.url() }))
  context.on('response', (response) => {
    const checked = response.headersArray().then((list) => {
      for (const { name, value } of list) {
        if (name.toLowerCase() === 'set-cookie') wrong.push(...cookieMistakes(value, response.url()))
      }
    })
    // an answer that a test cuts off has no headers
    headers.push(checked.catch(() => undefined))
  })
  t.after(async () => {
    await Promise.all(headers)
    await context.close()
    assert.deepEqual(wrong, [])
  })
  return { context, page: await context.newPage() }
}

function isRefusal(text: string): boolean {
  return /^Failed to load resource: .* status of (?:400|401|403|409|503)\b/.test(text)
}

/** Every cookie: HttpOnly, SameSite said, and Secure except on http://localhost. Lines in one header come one a line. */
export function cookieMistakes(header: string, url: string): string[] {
  const local = new URL(url).protocol === 'http:' && new URL(url).hostname === 'localhost'
  return header.split('\n').flatMap((line) => {
    const [pair = '', ...attributes] = line.split(';').map((part) => part.trim())
    const has = (pattern: RegExp): boolean => attributes.some((attribute) => pattern.test(attribute))
    const missing = [
      ...(has(/^HttpOnly$/i) ? [] : ['HttpOnly']),
      ...(has(/^SameSite=(?:Lax|Strict)$/i) ? [] : ['SameSite']),
      ...(local || has(/^Secure$/i) ? [] : ['Secure']),
    ]
    return missing.length === 0 ? [] : [`cookie ${pair.split('=')[0]} of ${url} lacks ${missing.join(', ')}`]
  })
}

/** For people to look at. The whole page, or what its visitor sees of it where a dialog covers just that. */
export async function screenshot(page: Page, name: string): Promise<void> {
  mkdirSync(artifacts, { recursive: true })
  const fullPage = (await page.getByRole('dialog').count()) === 0
  await page.screenshot({ path: join(artifacts, `${name}.png`), fullPage })
}

function onPath(command: string): string {
  const found = (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, command))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
  if (found === undefined) throw new Error(`${command} is not on the PATH: apt-get install ${command}`)
  return found
}
