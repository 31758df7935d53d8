import { basename } from 'node:path'
import { lineOf, parse, sourcesBelow, walk, workspaces } from './source-tree.js'

export const name = 'purity'

const core = 'packages/hallpass/src/core/'
const library = 'packages/hallpass/src/'

/** Core decides on what it is handed; time enters through one file; the environment through another. */
export function run(root) {
  const files = workspaces.flatMap((workspace) => sourcesBelow(root, `${workspace}/src`))
  const breaches = files.flatMap((file) => breachesOf(parse(root, file)))
  return { ok: breaches.length === 0, figure: `${files.length} files`, lines: breaches }
}

function breachesOf({ file, text, program }) {
  const found = []
  walk(program, (node, parent) => {
    const breach = impurity(file, node, parent)
    if (breach !== null) found.push(`${file}:${lineOf(text, node.start)}: ${breach}`)
  })
  return found
}

function impurity(file, node, parent) {
  if (file.startsWith(core)) {
    const what = asynchrony(node) ?? source(node) ?? surroundings(node, parent)
    if (what !== null) return `${what} in core: core gets the time, the randomness and the environment as arguments`
  }
  if (file.startsWith(library) && !keepsTime(file)) {
    const what = source(node) ?? timer(node, parent)
    if (what !== null) return `${what}: clock, timers and randomness come from the injected Runtime (runtime.ts)`
  }
  if (!readsEnvironment(file) && environment(file, node, parent)) {
    return 'the environment: only the configuration (apps/server/src/config) and main read the environment'
  }
  return null
}

function keepsTime(file) {
  return file.startsWith(`${library}testing/`) || basename(file) === 'runtime.ts'
}

function readsEnvironment(file) {
  return /^apps\/server\/src\/config(\.ts|\/.*)$/.test(file) || /^apps\/[^/]+\/src\/main\.tsx?$/.test(file)
}

function asynchrony(node) {
  if (node.async === true) return 'async'
  return node.type === 'AwaitExpression' || (node.type === 'ForOfStatement' && node.await) ? 'await' : null
}

/** `process.env` in the apps; any use of process in the library. */
function environment(file, node, parent) {
  if (member(node) === 'process.env' || /^(node:)?process$/.test(imported(node))) return true
  return file.startsWith(library) && free(node, parent) && node.name === 'process'
}

function imported(node) {
  return node.type === 'ImportDeclaration' ? node.source.value : ''
}

/** Where a clock or chance is read directly. */
function source(node) {
  if (['Date.now', 'performance.now', 'Math.random'].includes(member(node))) return member(node)
  return node.type === 'NewExpression' && node.callee.name === 'Date' && node.arguments.length === 0
    ? 'new Date()'
    : null
}

function timer(node, parent) {
  if (/^(node:)?timers/.test(imported(node))) return imported(node)
  const called = member(node) ?? (free(node, parent) ? node.name : null)
  return ['setTimeout', 'setInterval', 'setImmediate'].includes(called) ? called : null
}

function surroundings(node, parent) {
  if (node.type === 'NewExpression' && node.callee.name === 'Date') return 'new Date('
  return free(node, parent) && ['process', 'globalThis'].includes(node.name) ? node.name : null
}

/** A member expression as text, `globalThis.` left out: `Date.now`. */
function member(node) {
  if (node.type !== 'MemberExpression' || node.computed) return null
  const object = node.object.type === 'Identifier' ? node.object.name : member(node.object)
  return `${object}.${node.property.name}`.replace(/^(globalThis|window|self)\./, '')
}

/** An identifier that stands for itself: not a property's name, nor a key. */
function free(node, parent) {
  if (node.type !== 'Identifier') return false
  if (parent.type === 'MemberExpression') return parent.object === node || parent.computed
  return !(parent.key === node && parent.value !== node) && parent.type !== 'TSPropertySignature'
}
