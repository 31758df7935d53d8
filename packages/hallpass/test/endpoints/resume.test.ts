import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { resume } from '#src/endpoints/resume.js'
import { request } from '../http/request.js'
import { openAuth } from '../open-auth.js'

async function page(query: string): Promise<{ html: string; headers: Map<string, string> }> {
  const answer = await resume(openAuth().auth, request({}, { method: 'GET', path: `/auth/resume${query}` }), '')
  return { html: answer.body!, headers: new Map(answer.headers) }
}

test('its policy allows exactly its own script and style', async () => {
  const { html, headers } = await page('')
  const policy = headers.get('content-security-policy')!
  for (const element of ['script', 'style']) {
    const [, content = ''] = new RegExp(`<${element}>([^]*)</${element}>`).exec(html) ?? []
    assert.notEqual(content, '')
    assert.ok(
      policy.includes(`${element}-src 'sha256-${createHash('sha256').update(content).digest('base64')}'`),
      element,
    )
  }
  assert.match(policy, /default-src 'none'.*form-action 'self'; base-uri 'none'; frame-ancestors 'none'/)
  assert.doesNotMatch(policy, /unsafe/)
})

test('it is kept by no cache, and its form is sent with our Origin', async () => {
  const { headers } = await page('')
  assert.deepEqual([headers.get('cache-control'), headers.get('referrer-policy')], ['no-store', 'same-origin'])
})

test('the form posts the refresh and the way back; a button does it without script', async () => {
  const { html } = await page('?to=%2Fme%3Fa%3D1%26b')
  assert.match(html, /<form method="post" action="\/auth\/refresh">/)
  assert.match(html, /name="to" value="\/me\?a=1&amp;b"/)
  assert.match(html, /<button>/)
  assert.match(html, /<html lang="en">/)
  assert.match(html, /<h1>/)
})

test('G18 a way back that leads elsewhere, or out of the attribute, becomes the front page', async () => {
  for (const to of ['//evil', 'https://evil', '%5C%5Cevil', '/%22%3E%3Cscript%3E', '']) {
    const { html } = await page(`?to=${to}`)
    assert.doesNotMatch(html, /evil|"><script/)
  }
  assert.match((await page('')).html, /name="to" value="\/"/)
})
