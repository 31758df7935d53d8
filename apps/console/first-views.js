import { gzipSync } from 'node:zlib'

/** Bytes of each first view, gzipped: what a phone on a slow line waits for. */
const budget = 40 * 1024

/** Tells the size of what each page loads at once, and fails the build when one is over the budget. */
export const firstViews = {
  name: 'first-views',
  writeBundle(_options, bundle) {
    for (const page of Object.values(bundle).filter(({ fileName }) => fileName.endsWith('.html'))) {
      const total = loadedBy(page, bundle).reduce((sum, file) => sum + sizeOf(file), sizeOf(page))
      console.log(`${page.fileName}: first view ${(total / 1024).toFixed(1)} KiB gzipped (budget ${budget / 1024})`)
      if (total > budget) throw new Error(`the first view of ${page.fileName} is over its budget`)
    }
  },
}

/** The scripts and styles that a page names, and what those import before they run. */
function loadedBy(page, bundle) {
  const loaded = new Set()
  const load = (name) => {
    const file = bundle[name]
    if (file === undefined || loaded.has(file)) return
    loaded.add(file)
    for (const imported of file.imports ?? []) load(imported)
  }
  for (const [, name] of page.source.matchAll(/(?:src|href)="[./]*([^"]+\.(?:js|css))"/g)) load(name)
  return [...loaded]
}

function sizeOf(file) {
  return gzipSync(file.type === 'chunk' ? file.code : file.source).length
}
