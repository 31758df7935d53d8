import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { comparisonTable, measured, measuredOn } from 'hallpass/inspect'
import { inspect, looks } from './axe.js'
import { newProfile, startChromium, viewports } from './chromium.js'
import { tabTo } from './keyboard.js'
import { RunningServer } from './running-server.js'

const server = await RunningServer.start()
const browser = await startChromium()
after(async () => {
  await browser.close()
  await server.stop()
})

const address = `${server.origin}/tools/comparison`
const table = comparisonTable(measured)

for (const [device, viewport] of Object.entries(viewports)) {
  test(`${device}: a table whose every cell says what was measured, and when`, async (t) => {
    const { page } = await newProfile(t, browser, { viewport })
    await page.goto(address)
    const shown = page.getByRole('table')
    await shown.waitFor()
    assert.ok(await page.getByText(measuredOn(measured)).isVisible())
    assert.deepEqual(
      await shown.getByRole('columnheader').allTextContents(),
      table.columns.map(({ name }) => name),
    )
    for (const { label, note, cells } of table.rows) {
      const name = note === null ? label : `${label} ${note}`
      const row = shown.getByRole('row').filter({ has: page.getByRole('rowheader', { name, exact: true }) })
      const texts = await row.getByRole('cell').locator('.cell').allInnerTexts()
      const said = cells.map(({ text, detail }) => (detail === null ? text : `${text} ${detail}`))
      assert.deepEqual(
        texts.map((text) => text.replaceAll(/\s+/g, ' ').trim()),
        said,
        label,
      )
    }
  })
}

test('how it was measured is told, row by row and way by way', async (t) => {
  const { page } = await newProfile(t, browser)
  await page.goto(address)
  await page.getByText('How each row was measured').click()
  for (const { how } of table.rows) assert.ok(await page.getByText(how).first().isVisible())
  await page.getByText('What exactly ran').click()
  for (const { setUp } of table.columns) assert.ok(await page.getByText(setUp).isVisible())
})

test('bars are as long as the figures say', async (t) => {
  const { page } = await newProfile(t, browser)
  await page.goto(address)
  const row = table.rows.findIndex(({ label }) => label.startsWith('Credential'))
  const figures = table.rows[row]!.cells.map(({ figure }) => figure ?? 0)
  const widths = await page
    .locator('tbody tr')
    .nth(row)
    .locator('.bar-part')
    .evaluateAll((bars) => bars.map((bar) => Number(bar.getAttribute('width'))))
  const most = Math.max(...figures)
  assert.deepEqual(
    widths,
    figures.map((figure) => (figure / most) * 100),
  )
})

test('with the keyboard alone: from the list of tools to how each row was measured', async (t) => {
  const { page } = await newProfile(t, browser)
  await page.goto(`${server.origin}/tools`)
  await page.getByRole('heading', { level: 1 }).waitFor()
  await tabTo(page, 'Skip to the content')
  await page.keyboard.press('Enter')
  await tabTo(page, 'Comparison')
  await page.keyboard.press('Enter')
  await page.waitForURL(address)
  await page.getByRole('table').waitFor()
  await tabTo(page, 'How each row was measured')
  await page.keyboard.press('Enter')
  await page.getByText(table.rows[0]!.how).first().waitFor()
  await tabTo(page, 'Which of them suits you? Ask the advisor')
  await page.keyboard.press('Enter')
  await page.waitForURL(`${server.origin}/tools/advisor`)
})

test('axe-core finds nothing on the list of tools, on any screen', async (t) => {
  for (const { colorScheme, device, viewport } of looks) {
    const { page } = await newProfile(t, browser, { colorScheme, viewport })
    await page.goto(`${server.origin}/tools`)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await inspect(page, `tools-${device}-${colorScheme}`)
  }
})

for (const { colorScheme, device, viewport } of looks) {
  test(`axe-core finds nothing: ${device}, ${colorScheme}`, async (t) => {
    const { page } = await newProfile(t, browser, { colorScheme, viewport })
    await page.goto(address)
    await page.getByRole('table').waitFor()
    await inspect(page, `comparison-${device}-${colorScheme}`)
    await page.getByText('How each row was measured').click()
    await inspect(page, `comparison-how-${device}-${colorScheme}`)
  })
}
