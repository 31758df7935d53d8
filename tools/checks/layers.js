import { existsSync } from 'node:fs'
import { join, posix } from 'node:path'
import * as table from './layers-table.js'
import { filesBelow, importsOf, parse, readJson, resolveRelative, sourcesBelow } from './source-tree.js'

export const name = 'layers'

const librarySource = 'packages/hallpass/src'

/** Every import against the table, every folder against the table, every folder's name. */
export function run(root, { notYetBuilt = table.notYetBuilt } = {}) {
  const imports = { count: 0 }
  const breaches = [
    ...unknownOrVanished(root, notYetBuilt),
    ...forbiddenNames(root),
    ...libraryBreaches(root, imports),
    ...Object.entries(table.apps).flatMap(([app, rule]) => appBreaches(root, app, rule, imports)),
  ]
  const figure = `${imports.count} imports, ${Object.keys(table.library).length} layers`
  return { ok: breaches.length === 0, figure, lines: breaches }
}

/** `packages/hallpass/src/core/token.ts` is of the layer core, `…/src/hallpass.ts` is its own. */
function layerOf(file) {
  return posix.relative(librarySource, file).split('/')[0]
}

function unknownOrVanished(root, notYetBuilt) {
  const present = new Set(sourcesBelow(root, librarySource).map(layerOf))
  const known = Object.keys(table.library)
  const absent = known.filter((layer) => !present.has(layer) && !table.optional.includes(layer))
  return [
    ...[...present]
      .filter((layer) => !known.includes(layer))
      .map((layer) => `${librarySource}/${layer}: the table does not know it`),
    ...absent
      .filter((layer) => !notYetBuilt.includes(layer))
      .map((layer) => `${librarySource}/${layer}: in the table, but vanished`),
    ...notYetBuilt
      .filter((layer) => present.has(layer))
      .map((layer) => `${librarySource}/${layer}: is built, take it off notYetBuilt`),
  ]
}

function forbiddenNames(root) {
  const folders = new Set(
    filesBelow(root).flatMap((file) =>
      file
        .split('/')
        .slice(0, -1)
        .map((_, i, all) => all.slice(0, i + 1).join('/')),
    ),
  )
  return [...folders]
    .filter((folder) => table.forbiddenFolders.includes(posix.basename(folder)))
    .map((folder) => `${folder}: a folder is named after what it holds`)
}

function libraryBreaches(root, imports) {
  if (!existsSync(join(root, 'packages/hallpass/package.json'))) return []
  const manifest = readJson(root, 'packages/hallpass/package.json')
  return eachImport(root, librarySource, imports, (file, found) => {
    const layer = layerOf(file)
    const rule = table.library[layer]
    if (rule === undefined) return null
    const target = libraryTarget(root, file, found.from, manifest)
    if (target.missing) return `imports ${found.from}, which does not exist`
    if (rule.files?.some((allowed) => target.path === `${librarySource}/${allowed}`)) return null
    if (target.layer !== undefined) return layerVerdict(layer, rule, target.layer, found.type)
    return outsideVerdict(layer, rule, found.from, manifest)
  })
}

/** Where an import inside the library leads: {layer, path?}, {missing} or {} when outside. */
function libraryTarget(root, file, from, manifest) {
  if (from === '#crypto') return { layer: 'crypto' }
  if (from.startsWith('#src/')) return { layer: from.split('/')[1].replace(/\.js$/, '.ts') }
  if (from === manifest.name) return { layer: 'index.ts' }
  if (from.startsWith(`${manifest.name}/`)) {
    const entry = manifest.exports[`.${from.slice(manifest.name.length)}`]?.default
    return entry === undefined ? { missing: true } : { layer: entry.split('/')[2].replace(/\.js$/, '.ts') }
  }
  if (!from.startsWith('.')) return {}
  const path = resolveRelative(root, file, from)
  if (path === null) return { missing: true }
  return { path, layer: path.startsWith(`${librarySource}/`) ? layerOf(path) : path }
}

function layerVerdict(layer, rule, target, type) {
  if (target === layer || rule.may.includes(target)) return null
  if (rule.types?.includes(target)) {
    return type ? null : `${layer} may import only types from ${target}: ${rule.because}`
  }
  return `${layer} may not import ${target}: ${rule.because}`
}

function outsideVerdict(layer, rule, from, manifest) {
  const wanted = from.startsWith('node:') ? 'node:' : packageName(from)
  if (!rule.outside?.includes(wanted)) return `${layer} may not import ${from}: ${rule.because}`
  return wanted === 'node:' || declared(manifest, wanted) ? null : `${wanted} is not in packages/hallpass/package.json`
}

function appBreaches(root, app, rule, imports) {
  if (!existsSync(join(root, app, 'package.json'))) return []
  const manifest = readJson(root, `${app}/package.json`)
  const library = readJson(root, 'packages/hallpass/package.json')
  return eachImport(root, `${app}/src`, imports, (file, { from, type }) => {
    if (from.startsWith('#src/')) return null
    if (from.startsWith('.')) return relativeVerdict(root, app, file, from)
    if (from.startsWith('node:'))
      return app === 'apps/console' ? `${app} may not import ${from}: ${rule.because}` : null
    const owner = packageName(from)
    if (owner === 'hallpass') return hallpassVerdict(app, rule, from, library)
    if (owner === 'hallpass-server') return serverVerdict(app, rule, from, type)
    return declared(manifest, owner) ? null : `${owner} is not in ${app}/package.json`
  })
}

function relativeVerdict(root, app, file, from) {
  const target = posix.join(posix.dirname(file), from)
  if (!target.startsWith(`${app}/src/`)) return `${from} leaves ${app}/src: ${table.apps[app].because}`
  return resolveRelative(root, file, from) === null ? `imports ${from}, which does not exist` : null
}

function hallpassVerdict(app, rule, from, library) {
  if (library.exports[`.${from.slice('hallpass'.length)}`] === undefined)
    return `${from} is no public subpath: ${rule.because}`
  return rule.hallpass === 'any' || rule.hallpass.includes(from)
    ? null
    : `${app} may not import ${from}: ${rule.because}`
}

function serverVerdict(app, rule, from, type) {
  if (rule.server?.may?.includes(from)) return null
  if (rule.server?.types?.includes(from))
    return type ? null : `${app} may import only types from ${from}: ${rule.because}`
  return `${app} may not import ${from}: ${rule.because}`
}

/** Asks the verdict for each import below a folder; answers the breaches with their places. */
function eachImport(root, folder, imports, verdict) {
  return sourcesBelow(root, folder).flatMap((file) =>
    importsOf(parse(root, file)).flatMap((found) => {
      imports.count += 1
      const breach = verdict(file, found)
      return breach === null ? [] : [`${file}:${found.line}: ${breach}`]
    }),
  )
}

function packageName(specifier) {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

function declared(manifest, wanted) {
  const all = { ...manifest.dependencies, ...manifest.peerDependencies, ...manifest.devDependencies }
  return all[wanted] !== undefined
}
