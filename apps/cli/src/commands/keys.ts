import type { KeysAnswer, ReceiptAnswer, RehearsalAnswer } from 'hallpass-server/contract'
import { CommandError, exit } from '../command.js'
import { type Action, operatorCommand, whereHelp } from '../operator/action.js'
import { keyTable } from '../operator/key-table.js'
import { distance, moment, receiptSentence } from '../operator/words.js'
import { printable } from '../printable.js'

const help = `Usage: hallpass keys list
       hallpass keys rehearse
       hallpass keys rotate
       hallpass keys revoke <kid>

Shows which keys sign and verify and what happens to them next, says what a rotation would do, puts the next key to work,
or takes one out of use at once. A key that may have leaked is revoked, not rotated: what it signed is worth nothing then.

Options:${whereHelp}
Examples:
  hallpass keys rehearse
  hallpass keys --yes -- revoke -fB0c9_-xYz     (an id that begins with "-" comes after "--")
`

const actions: { readonly [name: string]: Action } = {
  list: {
    takes: [0, 0],
    async run({ api, paint, now }) {
      const answer = await api.ask<KeysAnswer>('GET', '/admin/keys')
      return { answer, text: keyTable(answer, paint, now) }
    },
  },
  rehearse: {
    takes: [0, 0],
    async run({ api, paint, now }) {
      const answer = await api.ask<RehearsalAnswer>('GET', '/admin/keys/rehearsal')
      const { afterwards, safeFrom, members } = answer
      const safe =
        safeFrom <= now
          ? 'Every verifier has the next key: a rotation is safe now.'
          : `Some verifiers may lack the next key until ${moment(safeFrom)}, ${distance(safeFrom, now)}: before that a rotation is refused.`
      const behind = members.filter(({ upToDate }) => !upToDate).map(({ incarnation }) => printable(incarnation))
      const heard =
        behind.length === 0
          ? `Every instance (${members.length}) knows of the ring as it stands.`
          : `Not known to have heard of the ring as it stands: ${behind.join(', ')}.`
      const lines = [paint.strong('Now'), keyTable(answer.now, paint, now)]
      lines.push(paint.strong('After a rotation'), keyTable(afterwards, paint, now), safe, heard)
      return { answer, text: `${lines.join('\n')}\n` }
    },
  },
  rotate: {
    takes: [0, 0],
    async run({ api, paint, now, confirm }) {
      await confirm('This puts the next key to work now.')
      const answer = await api.ask<KeysAnswer>('POST', '/admin/keys/rotate')
      return { answer, text: `The next key signs from now on.\n\n${keyTable(answer, paint, now)}` }
    },
  },
  revoke: {
    takes: [1, 1],
    async run({ api, words: [kid = ''], confirm }) {
      const { keys } = await api.ask<KeysAnswer>('GET', '/admin/keys')
      if (!keys.some((key) => key.kid === kid))
        throw new CommandError(exit.no, `no key in the ring is called ${printable(kid)}. Try: hallpass keys list`)
      await confirm(`This makes every token under the key ${printable(kid)} worthless at once.`)
      const answer = await api.ask<ReceiptAnswer>('POST', `/admin/keys/${encodeURIComponent(kid)}/revoke`)
      return { answer, text: `The key is out of use. ${receiptSentence(answer.receipt)}\n` }
    },
  },
}

export const command = operatorCommand('keys', help, actions)
