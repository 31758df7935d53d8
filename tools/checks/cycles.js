import { importsOf, parse, resolveRelative, sourcesBelow, workspaces } from './source-tree.js'

export const name = 'cycles'

/** No file may reach itself through its imports; cycles of types alone are told apart, and gated too. */
export function run(root) {
  const graphs = workspaces.map((workspace) => importGraph(root, workspace))
  const values = graphs.flatMap((graph) => knots(graph, ({ type }) => !type))
  const known = new Set(values.map(String))
  const types = graphs.flatMap((graph) => knots(graph, () => true)).filter((knot) => !known.has(String(knot)))
  return {
    ok: values.length + types.length === 0,
    figure: `${values.length} of values, ${types.length} of types`,
    lines: [
      ...values.map((knot) => `import cycle: ${knot.join(' → ')}`),
      ...types.map((knot) => `import cycle (with types): ${knot.join(' → ')}`),
    ],
  }
}

/** file → [{to, type}], own files only. */
function importGraph(root, workspace) {
  const source = `${workspace}/src`
  const graph = new Map()
  for (const file of sourcesBelow(root, source)) {
    const edges = importsOf(parse(root, file)).map(({ from, type }) => ({ to: target(root, source, file, from), type }))
    graph.set(
      file,
      edges.filter(({ to }) => to !== null),
    )
  }
  return graph
}

function target(root, source, file, from) {
  if (from.startsWith('.')) return resolveRelative(root, file, from)
  if (from.startsWith('#src/')) return resolveRelative(root, `${source}/.`, `./${from.slice('#src/'.length)}`)
  if (from === '#crypto') return resolveRelative(root, `${source}/.`, './crypto/node.js')
  return null
}

/** Tarjan: the groups of files that all reach each other, and files that import themselves; sorted. */
function knots(graph, follow) {
  const index = new Map()
  const low = new Map()
  const stack = []
  const found = []
  const neighbours = (file) =>
    graph
      .get(file)
      .filter((edge) => follow(edge) && graph.has(edge.to))
      .map(({ to }) => to)
  const visit = (file) => {
    index.set(file, index.size)
    low.set(file, index.get(file))
    stack.push(file)
    for (const next of neighbours(file)) {
      if (!index.has(next)) visit(next)
      if (stack.includes(next)) low.set(file, Math.min(low.get(file), low.get(next)))
    }
    if (low.get(file) !== index.get(file)) return
    const group = stack.splice(stack.indexOf(file))
    if (group.length > 1 || neighbours(file).includes(file)) found.push(group.sort())
  }
  for (const file of graph.keys()) if (!index.has(file)) visit(file)
  return found
}
