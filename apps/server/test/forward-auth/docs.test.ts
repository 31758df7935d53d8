import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { freePort } from '../test-server.js'
import { PATH } from './proxies.js'

const guide = readFileSync(fileURLToPath(new URL('../../../../docs/forward-auth.md', import.meta.url)), 'utf8')

function block(language: string): string {
  const [, text] = new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``).exec(guide) ?? []
  assert.ok(text !== undefined, `no ${language} in the guide`)
  return text
}

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'hallpass-guide-'))
  t.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

test('the configuration for nginx in the guide is one that nginx takes', async (t) => {
  const path = folder(t)
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${name};`)
  const upstreams = ['hallpass', 'backend'].map((name) => `upstream ${name} { server 127.0.0.1:7100; }`)
  const server = `server { listen 127.0.0.1:${await freePort()}; ${block('nginx')} }`
  const http = ['access_log off;', ...temporary, ...upstreams, server].join('\n')
  writeFileSync(join(path, 'nginx.conf'), `pid nginx.pid; events {} http { ${http} }`)
  const args = ['-t', '-p', path, '-c', join(path, 'nginx.conf')]
  const { stderr } = spawnSync('nginx', args, { env: { PATH }, encoding: 'utf8' })
  assert.match(stderr, /test is successful/)
})

test('the configuration for Caddy in the guide is one that Caddy takes', (t) => {
  const path = folder(t)
  writeFileSync(join(path, 'Caddyfile'), `{\nadmin off\n}\nhttp://localhost:7200 {\n${block('caddyfile')}\n}\n`)
  const env = { PATH, HOME: path, XDG_DATA_HOME: path, XDG_CONFIG_HOME: path }
  const args = ['validate', '--config', join(path, 'Caddyfile'), '--adapter', 'caddyfile']
  const { status, stderr } = spawnSync('caddy', args, { env, encoding: 'utf8' })
  assert.equal(status, 0, stderr)
})
