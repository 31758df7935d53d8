import { gzipSync } from 'node:zlib'
import { fileURLToPath } from 'node:url'

/** Bytes of the first view, gzipped: what a phone on a slow line waits for. */
const budget = 40 * 1024

/** Tells the size of what the first view loads, and fails the build when it is over the budget. */
const firstView = {
  name: 'first-view',
  writeBundle(_options, bundle) {
    const sizeOf = (file) => gzipSync(file.type === 'chunk' ? file.code : file.source).length
    const total = Object.values(bundle)
      .filter(({ fileName }) => /\.(?:js|css|html)$/.test(fileName))
      .reduce((sum, file) => sum + sizeOf(file), 0)
    console.log(`console: first view ${(total / 1024).toFixed(1)} KiB gzipped (budget ${budget / 1024})`)
    if (total > budget) throw new Error('the first view is over its budget')
  },
}

export default {
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [firstView],
  build: {
    outDir: '../server/dist/console',
    emptyOutDir: true,
    target: 'es2022',
    // the pages' policy allows nothing inline
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
}
