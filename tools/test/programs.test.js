import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { provide } from './programs.js'

test('a program that stands off the PATH, in a folder of its version, is found', (t) => {
  const below = mkdtempSync(join(tmpdir(), 'hallpass-programs-'))
  t.after(() => rmSync(below, { recursive: true, force: true }))
  const wanted = [{ command: 'no-such-program', packages: ['no-such-package'], below }]
  mkdirSync(join(below, '15/bin'), { recursive: true })
  assert.equal(provide(wanted, false).length, 1)
  writeFileSync(join(below, '15/bin/no-such-program'), '')
  assert.equal(provide(wanted, false).length, 1, 'it cannot be executed')
  chmodSync(join(below, '15/bin/no-such-program'), 0o755)
  assert.deepEqual(provide(wanted, false), [])
})

test('servers are found where Debian keeps them, whatever the PATH', (t) => {
  const { PATH } = process.env
  t.after(() => (process.env.PATH = PATH))
  process.env.PATH = ''
  assert.deepEqual(provide([{ command: 'nginx', packages: ['nginx-light'] }], false), [])
})

test('a Python that lacks a module is not there', () => {
  const python = { command: '/usr/bin/python3', packages: ['python3'] }
  assert.deepEqual(provide([{ ...python, modules: ['json'] }], false), [])
  assert.equal(provide([{ ...python, modules: ['json', 'no_such_module'] }], false).length, 1)
})
