// What the checks read: files, syntax trees, imports, code lines.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { parseSync } from 'oxc-parser'

/** The workspaces' source folders. */
export const workspaces = ['packages/hallpass', 'apps/server', 'apps/cli', 'apps/console']

const notOurs = new Set(['node_modules', 'dist', 'dist-test', 'artifacts', 'data', '.git', '.next', '.svelte-kit'])

/** Every file below a folder, as sorted paths from the root; built and installed things left out. */
export function filesBelow(root, folder = '') {
  if (!existsSync(join(root, folder))) return []
  return readdirSync(join(root, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const path = posix.join(folder, entry.name)
      if (entry.isDirectory()) return notOurs.has(entry.name) ? [] : filesBelow(root, path)
      return entry.isFile() ? [path] : []
    })
    .sort()
}

/** The TypeScript files below a folder. */
export function sourcesBelow(root, folder) {
  return filesBelow(root, folder).filter((file) => /\.tsx?$/.test(file) && !file.endsWith('.d.ts'))
}

export function read(root, file) {
  return readFileSync(join(root, file), 'utf8')
}

export function readJson(root, file) {
  return JSON.parse(read(root, file))
}

/** A file's syntax tree, comments and text; parsed once per run of a check. */
export function parse(root, file) {
  const text = read(root, file)
  const { program, comments, errors } = parseSync(file, text)
  if (errors.length > 0) throw new Error(`${file}: ${errors[0].message}`)
  return { file, text, program, comments }
}

/** Calls visit(node, parent, ancestors) for every node below, the outer first. */
export function walk(node, visit, parent = null, ancestors = []) {
  visit(node, parent, ancestors)
  const path = [...ancestors, node]
  for (const key of Object.keys(node)) {
    const value = node[key]
    for (const child of Array.isArray(value) ? value : [value]) {
      if (child !== null && typeof child === 'object' && typeof child.type === 'string') walk(child, visit, node, path)
    }
  }
}

/**
 * What a file imports and re-exports: [{from, type, line}]. `type` is true when nothing of it is left at run time;
 * `import { type A }` is not such an import, because the import itself stays.
 */
export function importsOf({ program, text }) {
  const found = []
  const add = (literal, type) => {
    if (typeof literal?.value === 'string') found.push({ from: literal.value, type, line: lineOf(text, literal.start) })
  }
  walk(program, (node) => {
    if (node.type === 'ImportDeclaration') add(node.source, node.importKind === 'type')
    if (node.type === 'ExportNamedDeclaration' || node.type === 'ExportAllDeclaration') {
      add(node.source, node.exportKind === 'type')
    }
    if (node.type === 'ImportExpression') add(node.source, false)
    if (node.type === 'TSImportType') add(node.source ?? node.argument?.literal ?? node.argument, true)
  })
  return found
}

/** The source file that a relative import means, as a path from the root, or null when there is none. */
export function resolveRelative(root, file, specifier) {
  // behind a question mark stands what Vite is to make of the file
  const target = posix.join(dirname(file), specifier.replace(/\?.*$/, ''))
  const candidates = [target, ...['.ts', '.tsx'].map((ending) => target.replace(/(?:\.jsx?)?$/, ending))]
  return candidates.find((candidate) => /\.[a-z]+$/.test(candidate) && existsSync(join(root, candidate))) ?? null
}

export function lineOf(text, offset) {
  return text.slice(0, offset).split('\n').length
}

/** The text with every comment turned to spaces, line breaks kept. */
export function withoutComments({ text, comments }) {
  let result = text
  for (const { start, end } of comments) {
    result = result.slice(0, start) + result.slice(start, end).replaceAll(/[^\n]/g, ' ') + result.slice(end)
  }
  return result
}

/** Lines that are neither blank nor comment. */
export function codeLines(blanked, start = 0, end = blanked.length) {
  return blanked
    .slice(start, end)
    .split('\n')
    .filter((line) => line.trim() !== '').length
}

/** The value below which nine in ten lie. */
export function p90(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b)
  return sorted.length === 0 ? 0 : sorted[Math.ceil(sorted.length * 0.9) - 1]
}
