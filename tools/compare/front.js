// A proxy that speaks TLS before the instances, as a deployment has one; and the sites of an attacker beside it.
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { request } from 'node:http'
import { createServer } from 'node:https'
import { fileURLToPath } from 'node:url'

/** For Chromium: every site is on this machine. */
export const siteFlags = ['--host-resolver-rules=MAP *.example 127.0.0.1', '--ignore-certificate-errors']

export const sites = { app: 'app.example', 'another site': 'evil.example', 'a sibling': 'blog.app.example' }

/** @returns what of it is set: `target`, the port that app.example is handed on to, and `lure`, the attacker's page */
export async function startFront() {
  const script = fileURLToPath(new URL('../../apps/server/test/browser/certificate.py', import.meta.url))
  const pem = spawnSync('/usr/bin/python3', [script], { encoding: 'utf8' }).stdout
  const front = { target: 0, lure: '', credentials: [] }
  const server = createServer({ key: pem, cert: pem }, (req, res) => {
    const host = req.headers.host.replace(/:\d+$/, '')
    if (host === sites.app) handOn(front, req, res)
    else res.setHeader('content-type', 'text/html').end(front.lure)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = (host) => `https://${host}:${server.address().port}`
  const close = () => {
    server.closeAllConnections()
    server.close()
  }
  return Object.assign(front, { origin, close })
}

function handOn(front, req, res) {
  if (req.url === '/me') front.credentials.push(bytesOfCredentials(req.rawHeaders))
  const headers = { ...req.headers, 'x-forwarded-proto': 'https', 'x-forwarded-for': '127.0.0.1' }
  const onward = request(
    { port: front.target, host: '127.0.0.1', method: req.method, path: req.url, headers },
    (answer) => {
      res.writeHead(answer.statusCode, answer.rawHeaders)
      answer.pipe(res)
    },
  )
  onward.on('error', () => res.destroy())
  req.pipe(onward)
}

/** Of the lines `name: value` that carry one, without their ends. */
function bytesOfCredentials(raw) {
  let bytes = 0
  for (let at = 0; at < raw.length; at += 2) {
    if (/^(?:cookie|authorization)$/i.test(raw[at])) bytes += Buffer.byteLength(`${raw[at]}: ${raw[at + 1]}`)
  }
  return bytes
}
