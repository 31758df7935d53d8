import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { filesBelow, read } from './source-tree.js'

export const name = 'house words'

/** Marks of unfinished work, in code. */
const unfinished = [/\bTODO\b/, /\bFIXME\b/, /\bXXX\b/, /not implemented/i, /\.(?:skip|only|todo)\(/]

/** What belongs to one machine. */
const machines = /(?:^|[\s"'`(=])\/(?:home\/\w|root\/|work\/|Users\/\w)|https?:\/\/registry\.|"resolved": "http/

/** Commands that the README owes its reader. */
const promised = ['npm ci && npm start', 'npm ci && npm test']

/** Code holds no mark of unfinished work, no file a path of one machine, and the README says how to begin. */
export function run(root) {
  const files = filesBelow(root).filter(isRead)
  const lines = [...files.flatMap((file) => wordsIn(root, file)), ...readmeProblems(root)]
  return { ok: lines.length === 0, figure: `${files.length} files`, lines }
}

/** Text, but not this check and its test: they hold the words. */
function isRead(file) {
  const isText = /\.(tsx?|js|json|md|sql|lua|css|html|sh|yml)$|^\.\w+\/run$/.test(file)
  return isText && !file.startsWith('tools/checks/house-words')
}

function wordsIn(root, file) {
  const isCode = /\.(tsx?|js)$/.test(file)
  return read(root, file)
    .split('\n')
    .flatMap((line, i) => {
      const word = isCode ? unfinished.map((pattern) => pattern.exec(line)?.[0]).find(Boolean) : undefined
      const machine = machines.exec(line)?.[0].trim()
      return [word, machine].filter(Boolean).map((found) => `${file}:${i + 1}: ${found}`)
    })
}

function readmeProblems(root) {
  if (!existsSync(join(root, 'README.md'))) return ['README.md is missing']
  const readme = read(root, 'README.md')
  return promised.filter((words) => !readme.includes(words)).map((words) => `README.md does not say ${words}`)
}
