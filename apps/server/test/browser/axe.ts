import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { screenshot, viewports } from './chromium.js'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const { desktop, phone } = viewports

/** Both schemes and both sizes once; every size in every scheme with `LOOKS=all`, for who wants all the pictures. */
export const looks = [
  { colorScheme: 'light', device: 'desktop', viewport: desktop },
  { colorScheme: 'dark', device: 'phone', viewport: phone },
  ...(process.env['LOOKS'] === 'all'
    ? ([
        { colorScheme: 'light', device: 'phone', viewport: phone },
        { colorScheme: 'dark', device: 'desktop', viewport: desktop },
      ] as const)
    : []),
] as const

interface AxeResults {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[]
  readonly passes: readonly unknown[]
}

/**
 * Looks at the page as it stands: axe-core finds nothing, and nothing is wider than the page, which on a phone would hide
 * what is beside it. Keeps a picture under that name.
 */
export async function inspect(page: Page, name: string): Promise<void> {
  await page.evaluate(axe)
  const { violations, passes } = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
  )
  assert.deepEqual(
    violations.map(({ id, nodes }) => `${name}: ${id} ${nodes.map(({ html }) => html).join(' ')}`),
    [],
  )
  assert.ok(passes.length > 10, 'axe-core has looked')
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  assert.equal(wider, 0, `${name} scrolls to the side`)
  await screenshot(page, name)
}
