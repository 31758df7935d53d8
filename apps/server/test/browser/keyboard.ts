import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'

/** Of what has the focus: the name it was given, its label, or its text. */
export async function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement as HTMLInputElement | null
    return (element?.ariaLabel ?? element?.labels?.[0]?.textContent ?? element?.textContent ?? '').trim()
  })
}

/** Presses Tab until the focus is on what is called so, from where it is. */
export async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press('Tab')
    const reached = await focused(page)
    if (typeof name === 'string' ? reached === name : name.test(reached)) return
  }
  assert.fail(`no Tab leads to ${name}`)
}
