import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { filesBelow, parse, read, readJson, resolveRelative } from './source-tree.js'

export const name = 'exports'

const library = 'packages/hallpass'

/** Subpaths, built files, sources and documentation agree; every public value says what it is. */
export function run(root) {
  const manifest = readJson(root, `${library}/package.json`)
  const entries = Object.entries(manifest.exports).filter(([, target]) => typeof target === 'object')
  const problems = entries.flatMap(([subpath, target]) => entryProblems(root, subpath, target))
  const { names, undocumented } = publicNames(root, entries)
  const lines = [...problems, ...mentionProblems(root, manifest), ...undocumented]
  return { ok: lines.length === 0, figure: `${entries.length} subpaths, ${names} public values`, lines }
}

function sourceOf(target) {
  return target.default.replace(/^\.\/dist\//, 'src/').replace(/\.js$/, '.ts')
}

function entryProblems(root, subpath, target) {
  const files = [sourceOf(target), target.default, target.types].map((file) => join(library, file))
  return files
    .filter((file) => !existsSync(join(root, file)))
    .slice(0, 1)
    .map((file) => `${subpath}: ${file} does not exist${file.includes('/dist/') ? ' (npm run build first)' : ''}`)
}

/** Subpaths in code voice or quotes: `hallpass/express`. */
function mentions(root) {
  const pages = filesBelow(root, 'docs').filter((file) => file.endsWith('.md'))
  const found = new Map()
  for (const page of ['README.md', `${library}/README.md`, ...pages]) {
    if (!existsSync(join(root, page))) continue
    for (const [, subpath] of read(root, page).matchAll(/["'`]hallpass((?:\/[a-z][\w.-]*)*)["'`]/g))
      found.set(`.${subpath}`, page)
  }
  return found
}

function mentionProblems(root, manifest) {
  const found = mentions(root)
  const exported = Object.keys(manifest.exports).filter((subpath) => subpath !== './package.json')
  return [
    ...exported
      .filter((subpath) => !found.has(subpath))
      .map((subpath) => `${specifier(subpath)}: exported, but neither README.md nor docs name it`),
    ...[...found]
      .filter(([subpath]) => manifest.exports[subpath] === undefined)
      .map(([subpath, page]) => `${page}: names ${specifier(subpath)}, which is not exported`),
  ]
}

function specifier(subpath) {
  return `hallpass${subpath.slice(1)}`
}

function publicNames(root, entries) {
  const seen = new Set()
  const undocumented = []
  for (const [subpath, target] of entries) {
    const file = join(library, sourceOf(target))
    if (!existsSync(join(root, file))) continue
    for (const { name: exported, documented, at } of valuesOf(root, file)) {
      seen.add(`${subpath} ${exported}`)
      if (!documented) undocumented.push(`${at}: ${exported} is public (${specifier(subpath)}) and has no docstring`)
    }
  }
  return { names: seen.size, undocumented }
}

/** The value exports of a file, re-exports followed: [{name, documented, at}]. */
function valuesOf(root, file, seen = new Set()) {
  if (seen.has(file)) return []
  seen.add(file)
  const { program, text, comments } = parse(root, file)
  const follow = (from) => resolveRelative(root, file, from)
  return program.body.flatMap((statement) => {
    if (statement.exportKind === 'type') return []
    if (statement.type === 'ExportDefaultDeclaration')
      return [{ name: 'default', documented: hasDocs(text, comments, statement.start), at: file }]
    if (statement.type === 'ExportAllDeclaration') {
      const target = follow(statement.source.value)
      return target === null ? [] : valuesOf(root, target, seen)
    }
    if (statement.type !== 'ExportNamedDeclaration') return []
    if (statement.declaration) {
      const documented =
        hasDocs(text, comments, statement.start) || overloadDocumented(program, text, comments, statement.declaration)
      return declaredNames(statement.declaration).map((declared) => ({ name: declared, documented, at: file }))
    }
    return statement.specifiers.flatMap((item) => specifierValue(root, file, program, text, comments, statement, item))
  })
}

/** `export { local as name }`, with or without a source of its own. */
function specifierValue(root, file, program, text, comments, statement, item) {
  if (item.exportKind === 'type') return []
  const [local, exported] = [item.local.name ?? item.local.value, item.exported.name ?? item.exported.value]
  const imported = statement.source ? { from: statement.source.value, name: local } : importOf(program, local)
  if (imported === null) {
    const declaration = program.body.find((node) => declaredNames(node).includes(local))
    if (declaration === undefined || isTypeOnly(declaration)) return []
    return [{ name: exported, documented: hasDocs(text, comments, declaration.start), at: file }]
  }
  const target = imported.from.startsWith('.') ? resolveRelative(root, file, imported.from) : null
  // another package's value, and types exported without the word: not ours to document
  if (target === null) return []
  return valuesOf(root, target)
    .filter((value) => value.name === imported.name)
    .map((value) => ({ ...value, name: exported }))
}

function importOf(program, local) {
  for (const node of program.body) {
    if (node.type !== 'ImportDeclaration') continue
    const item = node.specifiers.find((one) => one.local.name === local)
    if (item) return { from: node.source.value, name: item.imported?.name ?? 'default' }
  }
  return null
}

function declaredNames(declaration) {
  if (isTypeOnly(declaration)) return []
  if (declaration.type === 'VariableDeclaration') return declaration.declarations.map(({ id }) => id.name)
  return declaration.id ? [declaration.id.name] : []
}

function isTypeOnly(declaration) {
  return ['TSInterfaceDeclaration', 'TSTypeAliasDeclaration'].includes(declaration.type) || declaration.declare === true
}

/** A JSDoc comment ends right before. */
function hasDocs(text, comments, start) {
  const before = comments.findLast(({ end }) => end <= start)
  return before?.type === 'Block' && before.value.startsWith('*') && text.slice(before.end, start).trim() === ''
}

/** The first overload carries the words for all of them. */
function overloadDocumented(program, text, comments, declaration) {
  return program.body.some(
    (node) =>
      node.declaration?.type === 'TSDeclareFunction' &&
      node.declaration.id.name === declaration.id?.name &&
      hasDocs(text, comments, node.start),
  )
}
