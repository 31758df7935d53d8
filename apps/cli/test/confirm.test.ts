import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { CommandError, type Host } from '#src/command.js'
import { confirm } from '#src/operator/confirm.js'

const question = 'This signs everybody out.'

/** A terminal at which somebody types that. */
function terminal(typed: string, isTTY = true): { readonly host: Host; shown(): string } {
  const [stdin, stderr] = [Object.assign(new PassThrough(), { isTTY }), Object.assign(new PassThrough(), { isTTY })]
  let shown = ''
  stderr.on('data', (chunk) => {
    // typed once it was asked
    if (shown === '') stdin.write(`${typed}\n`)
    shown += String(chunk)
  })
  return { host: { stdin, stderr } as unknown as Host, shown: () => shown }
}

const asked = (yes?: boolean) => ({ words: [], options: { yes }, json: false })

test('on a terminal it goes on only where the very word was typed', async () => {
  const { host, shown } = terminal(' Yes ')
  await confirm(asked(), host, question)
  assert.ok(shown().includes(`${question} Type "yes" to go on: `))
  await confirm(asked(), terminal('everything').host, question, 'everything')
  for (const [typed, word] of [
    ['no', 'yes'],
    ['', 'yes'],
    ['y', 'yes'],
    ['yes', 'everything'],
  ] as const)
    await assert.rejects(
      confirm(asked(), terminal(typed).host, question, word),
      (error) => error instanceof CommandError && error.exitCode === 1 && /nothing was changed/.test(error.message),
    )
})

test('with --yes nobody is asked; without it and without a terminal nothing happens', async () => {
  const { host, shown } = terminal('no', false)
  await confirm(asked(true), host, question)
  assert.equal(shown(), '')
  await assert.rejects(
    confirm(asked(), host, question),
    (error) => error instanceof CommandError && error.exitCode === 64 && error.message.includes('--yes'),
  )
})
