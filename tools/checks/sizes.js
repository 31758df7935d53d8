import { codeLines, p90, parse, sourcesBelow, walk, withoutComments, workspaces } from './source-tree.js'

export const name = 'sizes'

/** Gates, in code lines: neither blank nor comment. What is admired differs from what is not in the tail. */
export const gates = { function: 60, file: 300, adapter: 50, driver: 250 }
/** Aims: told, not enforced. */
export const aims = { functionP90: 25, fileP90: 200 }

export function run(root) {
  const measured = workspaces.map((workspace) => measure(root, workspace)).filter(({ files }) => files.length > 0)
  const breaches = measured.flatMap(({ files }) => files.flatMap(breachesOf))
  return {
    ok: breaches.length === 0,
    figure: `longest function ${longest(measured.flatMap(functionsOf))?.lines ?? 0}, file ${longest(measured.flatMap(({ files }) => files))?.lines ?? 0}`,
    table: [
      [
        'workspace',
        'files',
        'lines',
        `file p90 (aim ${aims.fileP90})`,
        'longest file',
        `function p90 (aim ${aims.functionP90})`,
        'longest function',
      ],
      ...measured.map(row),
    ],
    lines: breaches,
  }
}

function measure(root, workspace) {
  const source = `${workspace}/src`
  return { workspace, source, files: sourcesBelow(root, source).map((file) => measureFile(root, file)) }
}

/** {file, lines, functions: [{file, name, lines, line}], anys: [line]} */
function measureFile(root, file) {
  const parsed = parse(root, file)
  const blanked = withoutComments(parsed)
  const functions = []
  const anys = []
  walk(parsed.program, (node, parent, ancestors) => {
    const line = () => parsed.text.slice(0, node.start).split('\n').length
    if (node.type === 'TSAnyKeyword') anys.push(line())
    if (!isFunction(node)) return
    functions.push({
      file,
      name: functionName(node, parent, ancestors),
      line: line(),
      lines: codeLines(blanked, node.start, node.end),
    })
  })
  return { file, lines: codeLines(blanked), functions, anys }
}

function isFunction(node) {
  return (
    ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'].includes(node.type) && node.body !== null
  )
}

/** Its own name, else that of the variable, property or method it is given to, else where it stands. */
function functionName(node, parent, ancestors) {
  const own = node.id?.name ?? ownerName(parent)
  if (own !== undefined) return own
  const outer = ancestors.findLast(
    (ancestor, i) => isFunction(ancestor) && functionName(ancestor, ancestors[i - 1], []) !== 'anonymous',
  )
  if (outer === undefined) return 'anonymous'
  return `anonymous in ${functionName(outer, ancestors[ancestors.indexOf(outer) - 1], [])}`
}

function ownerName(parent) {
  if (parent?.type === 'VariableDeclarator') return parent.id.name
  if (['Property', 'MethodDefinition', 'PropertyDefinition'].includes(parent?.type))
    return parent.key.name ?? parent.key.value
  return undefined
}

function breachesOf({ file, lines, functions, anys }) {
  const { gate, kind } = fileGate(file)
  return [
    ...(lines > gate ? [`${file}: ${lines} code lines, ${kind} may have ${gate}`] : []),
    ...functions
      .filter((fn) => fn.lines > gates.function)
      .map((fn) => `${file}:${fn.line}: ${fn.name} has ${fn.lines} code lines, a function may have ${gates.function}`),
    ...(file.startsWith('packages/hallpass/src/core/') ? anys.map((line) => `${file}:${line}: any in core`) : []),
  ]
}

function fileGate(file) {
  if (/^packages\/hallpass\/src\/adapters\/[^/]+$/.test(file)) return { gate: gates.adapter, kind: 'an adapter' }
  if (file.startsWith('packages/hallpass/src/stores/')) return { gate: gates.driver, kind: 'a store driver' }
  return { gate: gates.file, kind: 'a file' }
}

function functionsOf({ files }) {
  return files.flatMap(({ functions }) => functions)
}

function longest(things) {
  return things.reduce((most, thing) => (most === undefined || thing.lines > most.lines ? thing : most), undefined)
}

function row({ workspace, source, files }) {
  const functions = functionsOf({ files })
  const file = longest(files)
  const fn = longest(functions)
  const short = (path) => path.slice(source.length + 1)
  return [
    workspace,
    files.length,
    files.reduce((sum, { lines }) => sum + lines, 0),
    p90(files.map(({ lines }) => lines)),
    `${file.lines} ${short(file.file)}`,
    p90(functions.map(({ lines }) => lines)),
    fn === undefined ? '' : `${fn.lines} ${fn.name} (${short(fn.file)})`,
  ]
}
