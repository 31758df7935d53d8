import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { advise, conversation, measured, type PartialAnswers, teams } from 'hallpass/inspect'
import type { Page } from 'playwright-core'
import { inspect, looks } from './axe.js'
import { newProfile, startChromium } from './chromium.js'
import { focused, tabTo } from './keyboard.js'
import { RunningServer } from './running-server.js'

const server = await RunningServer.start()
const browser = await startChromium()
after(async () => {
  await browser.close()
  await server.stop()
})

const address = `${server.origin}/tools/advisor`

function addressOf(answers: PartialAnswers): string {
  return `${address}#${new URLSearchParams(answers).toString()}`
}

/** What is in the box under that name. */
async function boxed(page: Page, name: string): Promise<string> {
  return page.getByRole('region', { name, exact: true }).evaluate((box) => box.textContent ?? '')
}

test('the whole conversation with the keyboard alone, in the words of inspect', async (t) => {
  const { page } = await newProfile(t, browser)
  await page.goto(address)
  const wanted = { ...teams.find(({ id }) => id === 'mobile')!.answers, store: 'redis' }
  for (let answers: PartialAnswers = {}; ;) {
    const { next } = conversation(answers)
    if (next === null) break
    await page.getByRole('heading', { name: next.text }).waitFor()
    // the focus is there already, but for the first question: that is where the page begins
    if (Object.keys(answers).length > 0) assert.equal(await focused(page), next.text)
    assert.ok(await page.getByText(next.why).isVisible())
    const option = next.options.find(({ value }) => value === wanted[next.key])!
    await tabTo(page, option.label)
    await page.keyboard.press('Enter')
    answers = { ...answers, [next.key]: option.value }
  }
  assert.equal(await focused(page), 'The advice')
  const advice = advise(wanted, measured)!
  assert.ok(await page.getByText(advice.summary).isVisible())
  await tabTo(page, 'Copy hallpass.config.json')
})

test('every team begins with one press, and the configuration shown is the one of inspect', async (t) => {
  const { page } = await newProfile(t, browser)
  for (const team of teams) {
    await page.goto('about:blank')
    await page.goto(address)
    await page.getByRole('button', { name: team.name, exact: true }).click()
    const advice = advise(team.answers, measured)!
    await page.getByText(advice.summary).waitFor()
    assert.equal(await boxed(page, 'hallpass.config.json'), advice.configuration.file)
    assert.equal(await boxed(page, 'hallpass.env'), advice.configuration.environment)
    for (const { name, text } of advice.code) assert.equal(await boxed(page, name), text)
    for (const { text } of advice.reasons) assert.ok(await page.getByText(text).isVisible())
    for (const warning of advice.warnings) assert.ok(await page.getByText(warning).isVisible())
  }
})

test('an answer can be changed, what still matters stays, and going back goes back', async (t) => {
  const { page } = await newProfile(t, browser)
  await page.goto(address)
  await page.getByRole('button', { name: 'Bank', exact: true }).click()
  await page.getByRole('button', { name: 'Change the answer to: Which store is at hand?' }).click()
  assert.equal(await focused(page), 'Which store is at hand?')
  await page.getByRole('button', { name: 'Postgres your answer' }).waitFor()
  await page.getByRole('button', { name: 'Redis or Valkey' }).click()
  await page.getByText('sessions in Redis').waitFor()
  assert.equal(await focused(page), 'The advice')
  await page.goBack()
  await page.getByText('sessions in Postgres').waitFor()
  await page.goBack()
  await page.getByRole('heading', { name: 'What do you build?' }).waitFor()
  await page.getByRole('button', { name: 'Functions at the edge, before an origin' }).click()
  await page.getByRole('button', { name: 'Back', exact: true }).click()
  await page.getByRole('heading', { name: 'What do you build?' }).waitFor()
})

test('what is copied is what is shown', async (t) => {
  const { context, page } = await newProfile(t, browser)
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: server.origin })
  const [shop] = teams
  await page.goto(addressOf(shop!.answers))
  await page.getByRole('button', { name: 'Copy hallpass.config.json' }).click()
  await page.getByText('hallpass.config.json is copied.').waitFor()
  const copied = await page.evaluate(() => navigator.clipboard.readText())
  assert.equal(copied, advise(shop!.answers, measured)!.configuration.file)
})

test('an address that holds nonsense begins at the beginning', async (t) => {
  const { page } = await newProfile(t, browser)
  await page.goto(`${address}#building=<b>castles</b>&__proto__=1&store=redis`)
  await page.getByRole('heading', { name: 'What do you build?' }).waitFor()
})

for (const { colorScheme, device, viewport } of looks) {
  test(`axe-core finds nothing: ${device}, ${colorScheme}`, async (t) => {
    const { page } = await newProfile(t, browser, { colorScheme, viewport })
    await page.goto(address)
    await page.getByRole('heading', { name: 'What do you build?' }).waitFor()
    await inspect(page, `advisor-question-${device}-${colorScheme}`)
    await page.getByRole('button', { name: 'Microservices', exact: true }).click()
    await page.getByRole('heading', { name: 'The advice' }).waitFor()
    await inspect(page, `advisor-advice-${device}-${colorScheme}`)
    await page.getByRole('button', { name: 'Change the answer to: How many instances of it run?' }).click()
    await inspect(page, `advisor-change-${device}-${colorScheme}`)
  })
}
