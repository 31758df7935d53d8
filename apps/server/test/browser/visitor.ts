import { randomBytes } from 'node:crypto'
import type { Page } from 'playwright-core'

export interface Person {
  readonly email: string
  readonly password: string
}

export function somebody(): Person {
  return { email: `anna-${randomBytes(6).toString('hex')}@example.com`, password: 'violet tractor moon biscuit' }
}

export async function signUp(page: Page, origin: string, person: Person): Promise<void> {
  await page.goto(`${origin}/sign-up`)
  await fillIn(page, person)
}

/** `to`: where the account page is, if not at the root. */
export async function signIn(page: Page, origin: string, person: Person, to?: string): Promise<void> {
  await page.goto(`${origin}/sign-in${to === undefined ? '' : `?to=${encodeURIComponent(to)}`}`)
  await fillIn(page, person)
}

/** A native client's sign-in: one more device in the list. */
export async function signInApp(origin: string, person: Person): Promise<void> {
  const headers = { 'content-type': 'application/json', 'hallpass-client': 'native' }
  const answer = await fetch(`${origin}/auth/sign-in`, { method: 'POST', headers, body: JSON.stringify(person) })
  if (!answer.ok) throw new Error(`the app was not signed in: ${answer.status} ${await answer.text()}`)
}

async function fillIn(page: Page, { email, password }: Person): Promise<void> {
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Your devices' }).waitFor()
  await devices(page).first().waitFor()
}

/** The passes on the account page. */
export function devices(page: Page) {
  return page.getByRole('list', { name: 'Devices that are signed in' }).getByRole('listitem')
}

/** The id of the session that the browser is in, after a refresh where it needs one; null where nobody is signed in. */
export async function sessionId(page: Page): Promise<string | null> {
  return page.evaluate(async () => {
    let answer = await fetch('/auth/session')
    if (answer.status === 401 && (await fetch('/auth/refresh', { method: 'POST' })).ok)
      answer = await fetch('/auth/session')
    return answer.ok ? ((await answer.json()) as { session: { id: string } }).session.id : null
  })
}
