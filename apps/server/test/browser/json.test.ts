import assert from 'node:assert/strict'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test, type TestContext } from 'node:test'
import type { Page } from 'playwright-core'
import { inspect, looks } from './axe.js'
import { newProfile, type ProfileOptions, startChromium } from './chromium.js'
import { tabTo } from './keyboard.js'
import { RunningServer } from './running-server.js'

const server = await RunningServer.start()
const browser = await startChromium()
const folder = mkdtempSync(join(tmpdir(), 'hallpass-json-'))
after(async () => {
  await browser.close()
  await server.stop()
  rmSync(folder, { recursive: true })
})

/** Milliseconds that the page may stand still on a machine that is busy; the work itself is held to 50 by `longestWork`. */
const frozen = 1000

/** Sessions as a server lists them. The tokens are of the form alone: nobody signed them. */
function session(i: number): string {
  const part = (length: number): string => 'abcdefghijklmnopqrstuvwxyz'.repeat(8).slice(i % 26, (i % 26) + length)
  const token = i % 100 === 0 ? `"eyJ${part(20)}.eyJ${part(110)}.${part(43)}"` : 'null'
  return `{"id":"session-${i}","subject":"user-${i % 5000}","createdAt":${1_760_000_000_000 + i * 997},"strategy":"hybrid","generation":${i % 17},"device":{"name":"Firefox 140 on Windows","kind":"computer","address":"192.0.2.${i % 256}"},"roles":["member","editor"],"stale":${i % 2 === 0},"revoked":null,"token":${token}}`
}

/** @returns the path of a file of so many bytes, more or less: `{"sessions":[…` with that end */
function fileOf(name: string, bytes: number, end: string): string {
  const path = join(folder, name)
  const file = openSync(path, 'w')
  let written = writeSync(file, '{"sessions":[')
  for (let i = 0; written < bytes; i += 1000) {
    const sessions = Array.from({ length: 1000 }, (_, j) => session(i + j)).join(',')
    written += writeSync(file, `${i === 0 ? '' : ','}${sessions}`)
  }
  writeSync(file, end)
  closeSync(file)
  return path
}

/** Of the page's own thread, in milliseconds: 0 stands for less than 50, which browsers do not call long. */
interface Longest {
  readonly task: number
  /** Of a timer that should be heard every 10 ms; it counts what other threads and programs take from the processor too. */
  readonly silence: number
}

interface Watched {
  readonly longest: () => Promise<Longest>
  readonly requests: readonly string[]
}

/** The page, with its own thread watched: the longest task there, and the longest silence of a timer. */
async function open(t: TestContext, options: ProfileOptions = {}): Promise<{ page: Page } & Watched> {
  const { page, context } = await newProfile(t, browser, options)
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: server.origin })
  await page.goto(`${server.origin}/tools/json`)
  await page.getByRole('heading', { name: 'JSON formatter' }).waitFor()
  await page.waitForLoadState('networkidle')
  const requests: string[] = []
  page.on('request', (request) => void requests.push(request.url()))
  await page.evaluate(() => {
    const watched = globalThis as unknown as { longest: { task: number; silence: number } }
    watched.longest = { task: 0, silence: 0 }
    const note = (what: 'task' | 'silence', duration: number): void =>
      void (watched.longest[what] = Math.max(watched.longest[what], Math.round(duration)))
    new PerformanceObserver((list) => list.getEntries().forEach(({ duration }) => note('task', duration))).observe({
      type: 'longtask',
    })
    let last = performance.now()
    setInterval(() => {
      note('silence', performance.now() - last - 10)
      last = performance.now()
    }, 10)
  })
  const longest = (): Promise<Longest> =>
    page.evaluate(() => {
      const watched = globalThis as unknown as { longest: { task: number; silence: number } }
      const { longest } = watched
      watched.longest = { task: 0, silence: 0 }
      return longest
    })
  return { page, longest, requests }
}

const opens = (page: Page, file: string): Promise<void> => page.locator('input[type=file]').setInputFiles(file)
const field = (page: Page) => page.getByRole('textbox', { name: 'JSON', exact: true })
const status = (page: Page, text: string) => page.getByRole('status').getByText(text)
const rows = (page: Page) => page.getByRole('treeitem')
const scrollBy = (page: Page, role: 'tree' | 'region', share: number): Promise<void> =>
  page
    .locator(`.virtual[role=${role}]`)
    .evaluate((list, share) => void (list.scrollTop = share * list.scrollHeight), share)

interface TraceEvent {
  readonly name: string
  readonly pid: number
  readonly tid: number
  readonly ts: number
  /** Microseconds of the processor. */
  readonly tdur?: number
  readonly args: { readonly name?: string }
}

/** Of each part that ends with a mark: the longest task of the page's own thread, in ms that the processor worked on it. */
function longestWork(trace: Buffer): readonly (readonly [part: string, milliseconds: number])[] {
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: readonly TraceEvent[] }
  const main = traceEvents.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
  const onMain = traceEvents.filter((event) => main.some(({ pid, tid }) => pid === event.pid && tid === event.tid))
  const marks = onMain.filter(({ name }) => name.startsWith('end of ')).sort((a, b) => a.ts - b.ts)
  const tasks = onMain.filter(({ name, tdur }) => name.endsWith('RunTask') && tdur !== undefined)
  assert.ok(tasks.length > 100, `${tasks.length} tasks were traced`)
  return marks.map(({ name, ts }, i) => {
    const since = marks[i - 1]?.ts ?? 0
    const longest = Math.max(...tasks.filter((task) => task.ts > since && task.ts < ts).map(({ tdur = 0 }) => tdur))
    return [name.slice('end of '.length), Math.round(longest / 100) / 10] as const
  })
}

const sample = JSON.stringify({
  keys: [
    { kty: 'EC', crv: 'P-256', kid: 'first', use: 'sig', expires: null },
    { kty: 'EC', crv: 'P-256', kid: 'second', use: 'sig', legacy: true },
  ],
  largest: '@',
  token: `eyJ${'a'.repeat(20)}.eyJ${'b'.repeat(40)}.${'c'.repeat(43)}`,
  kid: 1,
})
  .replace('"@"', '12345678901234567890')
  .replace('"kid":1', '"largest":1')

for (const { colorScheme, device, viewport } of looks) {
  test(`axe-core finds nothing: ${device}, ${colorScheme}`, async (t) => {
    const { page } = await open(t, { colorScheme, viewport })
    const view = (name: string): string => `json-${name}-${device}-${colorScheme}`
    await inspect(page, view('empty'))
    await field(page).fill(sample)
    await status(page, 'This is JSON').waitFor()
    await page.getByRole('searchbox').fill('KID')
    await status(page, '1 of 2').waitFor()
    await page.getByText('2 warnings').click()
    await inspect(page, view('tree'))
    await page.getByRole('button', { name: 'Text', exact: true }).click()
    await page.getByRole('region', { name: 'Text of the JSON' }).getByText('"second"').waitFor()
    await inspect(page, view('text'))
    await field(page).fill('{\n  "sub": "user-1",\n  "roles": ["member", "editor",],\n  "exp": 1760000000\n}')
    await page.getByRole('heading', { name: 'This is no JSON' }).waitFor()
    await page.locator('.json-line.here').waitFor()
    await inspect(page, view('fault'))
  })
}

test('10 MB: read, opened, searched, arranged and scrolled without a long task on the page', async (t) => {
  const { page, longest, requests } = await open(t)
  const told: string[] = []
  const measured = async (what: string): Promise<void> => {
    const { task, silence } = await longest()
    await page.evaluate((what) => performance.mark(`end of ${what}`), what)
    told.push(`${what} ${task || '< 50'} (${silence})`)
    assert.ok(task < frozen, `${what}: the page stood still for ${task} ms`)
  }
  const file = fileOf('ten.json', 10e6, ']}')
  await browser.startTracing(page, { categories: ['toplevel', 'blink.user_timing'] })
  await opens(page, file)
  await status(page, 'This is JSON').waitFor()
  await measured('open')
  await page.getByRole('combobox', { name: 'Levels' }).selectOption('All')
  await rows(page).filter({ hasText: '"Firefox 140 on Windows"' }).first().waitFor()
  await measured('expand')
  for (const share of [0.1, 0.5, 0.9, 1]) {
    await scrollBy(page, 'tree', share)
    await rows(page).first().waitFor()
    await page.waitForTimeout(100)
  }
  await measured('scroll the tree')
  await page.getByRole('searchbox').fill('session-12345')
  await status(page, '1 of ').waitFor()
  await rows(page).filter({ hasText: '"session-12345"' }).waitFor()
  await measured('find')
  await page.getByRole('checkbox', { name: 'Sort names' }).check()
  await page.getByRole('checkbox', { name: 'Sort names', checked: true }).waitFor()
  await page.getByRole('button', { name: 'Text', exact: true }).click()
  await page.getByRole('region', { name: 'Text of the JSON' }).getByText('"createdAt"').first().waitFor()
  await measured('sort')
  for (const share of [0.1, 0.5, 0.9, 1]) {
    await scrollBy(page, 'region', share)
    await page.waitForTimeout(100)
  }
  await page.locator('.json-line').last().getByText('}').waitFor()
  await measured('scroll the text')
  await page.getByRole('combobox', { name: 'Layout' }).selectOption('Minified')
  await page.locator('.json-line').getByText('{"sessions":[{"createdAt"').waitFor()
  await measured('minify')
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Download' }).click()
  const saved = await (await download).path()
  assert.equal((JSON.parse(readFileSync(saved, 'utf8')) as { sessions: unknown[] }).sessions.length % 1000, 0)
  await measured('download')
  await page.getByRole('button', { name: 'Copy', exact: true }).click()
  await status(page, 'Copied.').waitFor({ timeout: 60_000 })
  await measured('copy')
  assert.deepEqual(
    requests.filter((url) => !url.startsWith('blob:')),
    [],
  )
  const work = longestWork(await browser.stopTracing())
  t.diagnostic(`longest task, ms of the processor: ${work.map((part) => part.join(' ')).join(', ')}`)
  // copying is the browser's own work: the blob becomes the clipboard's text
  for (const [part, milliseconds] of work)
    assert.ok(milliseconds < (part === 'copy' ? 150 : 50), `${part}: ${milliseconds} ms`)
  t.diagnostic(`longest task (silence of a timer), ms: ${told.join(', ')}`)
})

test('100,000 levels: the tree opens all the way, the text says why there is none, and minifying works', async (t) => {
  const { page, longest } = await open(t)
  const deep = join(folder, 'deep.json')
  writeFileSync(deep, `${'{"a":['.repeat(50_000)}1${']}'.repeat(50_000)}`)
  await opens(page, deep)
  await status(page, 'This is JSON').waitFor()
  await status(page, 'this would take').waitFor()
  await page.getByRole('combobox', { name: 'Levels' }).selectOption('All')
  await page.locator('.virtual[role=tree]').focus()
  const last = page.locator('[role=treeitem][aria-selected=true]')
  const deepest = last.filter({ hasText: '100,001 levels' })
  for (let tries = 0; tries < 100 && (await deepest.count()) === 0; tries += 1) {
    // the end is further away while it opens
    await page.keyboard.press('End')
    await page.waitForTimeout(200)
  }
  await deepest.waitFor()
  assert.equal(await last.getAttribute('aria-level'), '100001')
  await page.getByText('99,960 levels').waitFor()
  await page.getByRole('button', { name: 'Text', exact: true }).click()
  await page.getByRole('combobox', { name: 'Layout' }).selectOption('Minified')
  await page.locator('.json-line').getByText('{"a":[{"a":[').first().waitFor()
  assert.equal(await page.getByRole('status').getByText('this would take').count(), 0)
  assert.ok((await longest()).task < frozen)
})

test('50 MB cut off: the message says what is open, and the view goes to the end', async (t) => {
  const { page, longest } = await open(t)
  await opens(page, fileOf('cut.json', 50e6, ',{"id":"last","roles":["mem'))
  await page.getByRole('heading', { name: 'This is no JSON' }).waitFor({ timeout: 60_000 })
  const message = await page.locator('.json-fault').innerText()
  assert.match(
    message,
    /ends within a string.*Still open: "\[" of line 1, column 13, "\{" of line 1, column \d{8}, "\[" of line 1.* and 1 more/s,
  )
  assert.match(message, /\$\.sessions\[\d+\]\.roles\[0\]/)
  await page.locator('.json-line.here').getByText('"roles":["mem').waitFor()
  const { task, silence } = await longest()
  t.diagnostic(`longest task with 50 MB cut off, ms: ${task || '< 50'} (${silence})`)
  assert.ok(task < frozen)
})

test('what is pasted or dropped never enters the field when it is long, and reading it can be cancelled', async (t) => {
  const { page, longest } = await open(t)
  const give = (event: 'paste' | 'drop', count: number): Promise<void> =>
    page.locator('#json-text').evaluate(
      (field, { event, count }) => {
        const data = new DataTransfer()
        data.setData('text/plain', `[${'1e400,'.repeat(count)}0]`)
        const init = { bubbles: true, cancelable: true }
        const given =
          event === 'paste'
            ? new ClipboardEvent('paste', { ...init, clipboardData: data })
            : new DragEvent('drop', { ...init, dataTransfer: data })
        field.dispatchEvent(given)
      },
      { event, count },
    )
  for (const event of ['paste', 'drop'] as const) {
    await give(event, 1_000_000)
    await page.getByText(event === 'paste' ? 'Pasted text, 6.0 MB' : 'Dropped text, 6.0 MB').waitFor()
    await page.getByText('1,000,000 warnings').waitFor()
    assert.equal(await field(page).inputValue(), '')
    await page.getByRole('button', { name: 'Clear' }).click()
    await page.getByRole('heading', { name: 'This is JSON' }).waitFor({ state: 'detached' })
  }
  assert.ok((await longest()).task < frozen)
  let cancelled = false
  for (const size of [40e6, 80e6, 160e6]) {
    await opens(page, fileOf('long.json', size, ']}'))
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('button', { name: 'Cancel' }).waitFor({ state: 'detached' })
    cancelled = (await page.getByRole('heading', { name: 'This is JSON' }).count()) === 0
    // it may have been read by the time that the button was reached: then one that takes longer
    if (cancelled) break
    await page.getByRole('button', { name: 'Clear' }).click()
  }
  assert.ok(cancelled, 'reading was given up')
  await field(page).fill('[true]')
  await page.getByRole('heading', { name: 'This is JSON' }).waitFor()
})

test('markup stays text, and bad input points at its place', async (t) => {
  const { page, requests } = await open(t)
  const markup = '<img src=x onerror=alert(1)>'
  await field(page).fill(JSON.stringify({ [markup]: `${markup}</script><script>alert(2)</script>`, __proto__: 1 }))
  await rows(page).filter({ hasText: markup }).first().waitFor()
  assert.equal(await page.locator('#app img, #app script').count(), 0)
  const bad: readonly (readonly [string, string, string])[] = [
    ["{'a': 1}", 'Line 1, column 2', 'single quotation mark'],
    [`[${markup}]`, 'Line 1, column 2', '"<" stands here'],
    ['{"a": 01}', 'Line 1, column 7', 'begins with a zero'],
    ['[1, 2', 'Line 1, column 6', 'ends here'],
    ['{"a": [1, 2}', 'Line 1, column 12', 'is open'],
    ['{}\n{}', 'Line 2, column 1', 'one value'],
  ]
  for (const [text, place, sentence] of bad) {
    await field(page).fill(text)
    const fault = page.locator('.json-fault').filter({ hasText: sentence })
    await fault.getByText(place).waitFor()
    await page.locator('.json-line.here .json-is-fault').waitFor()
  }
  writeFileSync(join(folder, 'latin1.json'), Buffer.from('["caf\u00e9"]', 'latin1'))
  await opens(page, join(folder, 'latin1.json'))
  await page.getByText('does not belong to UTF-8').waitFor()
  assert.deepEqual(requests, [])
})

test('nothing can leave, and nothing but the worker becomes a script', async (t) => {
  const { page } = await open(t, { expected: /Content Security Policy|TrustedScriptURL|Trusted Type/i })
  const refused = await page.evaluate(async () => {
    const policy = document.querySelector('meta[http-equiv=Content-Security-Policy]')?.getAttribute('content') ?? ''
    const fetched = await fetch('/auth/session').then(
      () => 'answered',
      () => 'refused',
    )
    const tried = (what: () => unknown): string => {
      try {
        what()
        return 'allowed'
      } catch {
        return 'refused'
      }
    }
    const { trustedTypes } = globalThis as unknown as {
      trustedTypes: { createPolicy(name: string, rules: object): unknown }
    }
    const worker = tried(() => new Worker('/assets/other.js'))
    const second = tried(() => trustedTypes.createPolicy('hallpass-worker', {}))
    const other = tried(() => trustedTypes.createPolicy('other', {}))
    return { policy, tried: [fetched, worker, second, other] }
  })
  assert.match(refused.policy, /connect-src 'none'/)
  assert.deepEqual(refused.tried, ['refused', 'refused', 'refused', 'refused'])
})

test('with the keyboard alone: read, move through the tree, decode a token, find', async (t) => {
  const { page } = await open(t)
  await tabTo(page, 'JSON')
  await page.keyboard.insertText(sample)
  await status(page, 'This is JSON').waitFor()
  await tabTo(page, 'Tree of the JSON')
  const selected = page.locator('[role=treeitem][aria-selected=true]')
  const press = async (key: string, text: string): Promise<void> => {
    await page.keyboard.press(key)
    await selected.filter({ hasText: text }).waitFor()
  }
  await press('ArrowDown', '"keys"')
  await press('ArrowRight', '0')
  await press('ArrowDown', '"kty"')
  await press('ArrowLeft', '5 members')
  await page.keyboard.press('ArrowLeft')
  await page.locator('[aria-selected=true][aria-expanded=false]').waitFor()
  await press('ArrowLeft', '"keys"')
  await press('End', '"largest"')
  await press('ArrowUp', '"token"')
  await tabTo(page, 'Decode this token')
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/tools\/decoder/)
})

test('where the clipboard is closed, as without https, the page says so wherever it copies', async (t) => {
  const { page } = await open(t)
  await page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }))
  await field(page).fill(sample)
  await status(page, 'This is JSON').waitFor()
  for (const [button, sentence] of [
    ['Copy', 'Download it instead.'],
    ['Copy path', 'Mark the text above'],
    ['Copy value', 'Mark the text above'],
  ] as const) {
    await page.getByRole('button', { name: button, exact: true }).click()
    await status(page, `This browser does not let the page copy. ${sentence}`).waitFor()
    await page
      .locator('[role=treeitem]')
      .nth(button === 'Copy path' ? 2 : 1)
      .click()
  }
})

test('large numbers of rows: every row can be reached, though browsers make no element so high', async (t) => {
  const { page } = await open(t)
  const path = join(folder, 'rows.json')
  writeFileSync(path, `[${Array.from({ length: 600_000 }, (_, i) => i).join(',')}]`)
  await opens(page, path)
  await status(page, 'This is JSON').waitFor()
  const tree = page.locator('.virtual[role=tree]')
  await tree.focus()
  await page.keyboard.press('End')
  await page.locator('[aria-selected=true][aria-posinset="600000"]').waitFor()
  await page.keyboard.press('ArrowUp')
  await page.locator('[aria-selected=true][aria-posinset="599999"]').waitFor()
  await page.keyboard.press('Home')
  await rows(page).filter({ hasText: '600,000 elements' }).waitFor()
  await page.getByRole('searchbox').fill('345678')
  await page.locator('[aria-selected=true][aria-posinset="345679"]').waitFor()
  assert.ok(await page.locator('[aria-selected=true]').isVisible())
})
