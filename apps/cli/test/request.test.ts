import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { hallpass, temporaryFolder } from './hallpass.js'

const secret = 'kR7vQ2xN9mB4tL6wZ8yH3c'

/** A server that keeps what it was sent. */
async function listening(t: TestContext, answer: (req: IncomingMessage, res: ServerResponse) => void) {
  const server = createServer(answer).listen(0, '127.0.0.1')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  await once(server, 'listening')
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Answers with what it was sent, as JSON. */
function echo(req: IncomingMessage, res: ServerResponse): void {
  let body = ''
  req.on('data', (chunk) => (body += chunk))
  req.on('end', () => {
    res.setHeader('Content-Type', 'application/json')
    res.end(JSON.stringify({ method: req.method, url: req.url, headers: req.headers, body }))
  })
}

interface Shown {
  readonly outcome: string
  readonly response: {
    readonly status: number
    readonly headers: readonly (readonly [string, string])[]
    readonly cookies: readonly { readonly name: string; readonly kept: boolean }[]
    readonly text?: string
    readonly base64?: string
  }
}

async function sent(args: readonly string[], options = {}) {
  const { status, stdout, stderr } = await hallpass(['request', ...args, '--json'], options)
  assert.equal(status, 0, stderr)
  const { response } = JSON.parse(stdout) as Shown
  return JSON.parse(response.text ?? '') as {
    readonly method: string
    readonly url: string
    readonly headers: { readonly [name: string]: string }
    readonly body: string
  }
}

test('shows status, time, headers, cookies with their verdicts, and the body, without secrets', async (t) => {
  const host = await listening(t, (_req, res) => {
    res.writeHead(200, {
      'Content-Type': 'application/json',
      'Set-Cookie': [`sid=${secret}; Path=/`, 'a=b; Max-Age=0'],
    })
    res.end('{"b":1,"a":[1.0]}')
  })
  const { status, stdout } = await hallpass(['request', `${host}/x?token=${secret}`, '--bearer', secret])
  assert.equal(status, 0)
  assert.ok(!stdout.includes(secret), stdout)
  const lines = stdout.split('\n')
  assert.equal(lines[0], `GET http://${host}/x?token=•••`)
  assert.equal(lines[1], '200 OK HTTP/1.1 from 127.0.0.1')
  assert.match(stdout, /\nTime\n {2}look-up [\d.]+ ms {2}connection [\d.]+ ms {2}waiting [\d.]+ ms {2}reading/)
  assert.match(stdout, /\n {2}Set-Cookie: sid=•••; Path=\/\n/)
  assert.match(stdout, /\n {2}sid \(kept, 22 characters\)\n/)
  assert.match(
    stdout,
    /\n {4}mend {2}HttpOnly {2}Every script on the page can read this credential, .* Add HttpOnly\. RFC 6265bis/,
  )
  assert.match(stdout, /\n {2}a \(removed, 1 character\)\n/)
  assert.match(stdout, /\nBody\n\{\n {2}"b": 1,\n {2}"a": \[\n {4}1\.0\n {2}\]\n\}\n$/)
  const open = await hallpass(['request', host, '--secrets'])
  assert.ok(open.stdout.includes(`Set-Cookie: sid=${secret}; Path=/`))
})

test('method, headers, body, bearer token and cookies are sent as they are given', async (t) => {
  const host = await listening(t, echo)
  const folder = temporaryFolder(t)
  writeFileSync(join(folder, 'token'), `${secret}\n`)
  const echoed = await sent(
    [
      'put',
      `${host}/a`,
      '-H',
      'X-A:  b ',
      '-H',
      'Origin: http://x',
      '-d',
      '@-',
      '--bearer',
      '@token',
      '--cookie',
      'a=b',
    ],
    { cwd: folder, stdin: '{"é":1}' },
  )
  assert.deepEqual([echoed.method, echoed.url, echoed.body], ['PUT', '/a', '{"é":1}'])
  const { 'x-a': a, origin, authorization, cookie } = echoed.headers
  assert.deepEqual([a, origin, authorization, cookie], ['b', 'http://x', `Bearer ${secret}`, 'a=b'])
  assert.equal((await sent([host, '-d', 'x'])).method, 'POST')
})

test('a command for curl is read, and never run', async (t) => {
  const host = await listening(t, echo)
  const echoed = await sent(['--curl', `curl -X PATCH 'http://${host}/a?b' \\\n -H 'X-A: b' --data-raw '{}'`])
  assert.deepEqual([echoed.method, echoed.url, echoed.headers['x-a'], echoed.body], ['PATCH', '/a?b', 'b', '{}'])
  const told = await hallpass(['request', '--curl', `curl -L -k http://${host}`])
  const notes = '-L: A redirect is shown, and not followed.\n-k: Certificates are checked all the same.\n'
  assert.deepEqual([told.status, told.stderr], [0, notes])
  const wrong = await hallpass(['request', '--curl', 'curl http://a -d @/etc/hostname'])
  assert.deepEqual([wrong.status, wrong.stdout], [64, ''])
  assert.match(wrong.stderr, /--curl, line 1, column 18: This names a file, and no file is read\./)
})

test('exit codes: an answer is one whatever its status, unless --fail asks', async (t) => {
  const host = await listening(t, (_req, res) => res.writeHead(404).end())
  assert.equal((await hallpass(['request', host])).status, 0)
  assert.equal((await hallpass(['request', host, '--fail'])).status, 1)
  const nobody = await hallpass(['request', 'http://127.0.0.1:2/'])
  assert.equal(nobody.status, 69)
  assert.match(nobody.stdout, /Nothing came back\. Nobody listens at that address and port\. \(ECONNREFUSED\)/)
  const failed = await hallpass(['request', 'http://127.0.0.1:2/', '--json'])
  assert.deepEqual([failed.status, (JSON.parse(failed.stdout) as Shown).outcome], [69, 'failed'])
  const never = await listening(t, () => {})
  const late = await hallpass(['request', never, '--max-time', '0.3'])
  assert.equal(late.status, 69)
  assert.match(late.stdout, /Nothing was answered within 0\.3 seconds\./)
})

test('what is not sent is said before anything happens', async () => {
  const cases: readonly (readonly [args: readonly string[], said: RegExp])[] = [
    [[], /give an address/],
    [['GET', 'a', 'b'], /give a method and an address/],
    [['http://169.254.169.254/latest'], /169\.254\.169\.254: a link-local address/],
    [['http://2852039166/'], /169\.254\.169\.254: a link-local address/],
    [['http://u:p@localhost/'], /has credentials in it/],
    [['localhost', '-H', 'Host: a'], /headers\[0\] \(Host\) is written by whoever sends/],
    [['localhost', '-H', 'nothing'], /the header "nothing" has no colon/],
    [['localhost', '--max-time', 'soon'], /--max-time takes seconds/],
    [['localhost', '-d', '@-', '--cookie', '@-'], /only one option can take the standard input/],
    [['localhost', '--curl', 'curl a'], /--curl takes the place/],
  ]
  for (const [args, said] of cases) {
    const { status, stdout, stderr } = await hallpass(['request', ...args])
    assert.deepEqual([status, stdout], [64, ''], args.join(' '))
    assert.match(stderr, said)
  }
  assert.equal((await hallpass(['request', 'localhost', '-d', '@/nowhere/at/all'])).status, 66)
})

test('an answer cannot steer the terminal, and bytes are not written to it', async (t) => {
  const host = await listening(t, (req, res) => {
    const bytes = req.url === '/bytes' ? Buffer.from([0, 255, 27]) : Buffer.from('a\u001b[2Jb\u202ec\r\nd\te')
    res.writeHead(200, { 'Content-Type': 'text/plain', 'Set-Cookie': 'a\u009bb=c' }).end(bytes)
  })
  const { stdout } = await hallpass(['request', host])
  // oxlint-disable-next-line no-control-regex -- that none is there
  assert.doesNotMatch(stdout, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
  assert.ok(stdout.endsWith('a\\u{1b}[2Jb\\u{202e}c\nd  e\n'))
  const binary = await hallpass(['request', `${host}/bytes`])
  assert.ok(binary.stdout.endsWith('  3 bytes that are no text.\n'))
  const asJson = JSON.parse((await hallpass(['request', `${host}/bytes`, '--json'])).stdout) as Shown
  assert.equal(asJson.response.base64, 'AP8b')
})

test('50 MB, HTML and JSON of 100,000 levels are answers too, in the time that a first mebibyte takes', async (t) => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
  const html = '<!doctype html><script>alert(1)</script>'
  const host = await listening(t, ({ url }, res) => {
    res.setHeader('Content-Type', url === '/html' ? 'text/html' : 'application/json')
    res.end(url === '/html' ? html : url === '/deep' ? deep : Buffer.alloc(50e6, '1'))
  })
  const huge = await hallpass(['request', `${host}/huge`])
  assert.equal(huge.status, 0, huge.stderr)
  assert.match(huge.stdout, /Only the first mebibyte is here/)
  assert.ok(huge.stdout.length < 1.1 * 1_048_576)
  const shown = await hallpass(['request', `${host}/deep`])
  assert.deepEqual([shown.status, shown.stderr], [0, ''])
  assert.ok(shown.stdout.endsWith(`${deep}\n`), 'as it came')
  assert.ok((await hallpass(['request', `${host}/html`])).stdout.endsWith(`${html}\n`))
})
