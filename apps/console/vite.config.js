import { fileURLToPath } from 'node:url'
import { firstViews } from './first-views.js'
import { pageFrame } from './page-frame.js'

const file = (path) => fileURLToPath(new URL(path, import.meta.url))

/** What the pages have in common, wherever they are served from. */
export const shared = {
  root: file('.'),
  build: {
    emptyOutDir: true,
    target: 'es2022',
    // the pages' policy allows nothing inline
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  worker: { format: 'es' },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
}

export const tools = ['index', 'decoder', 'json', 'requests', 'advisor', 'comparison'].map((name) =>
  file(`tools/${name}.html`),
)

/** The pages that hallpass-server serves. */
export default {
  ...shared,
  plugins: [pageFrame, firstViews],
  define: { servedByHallpass: 'true' },
  build: {
    ...shared.build,
    outDir: '../server/dist/console',
    rolldownOptions: { input: [file('index.html'), file('console.html'), ...tools] },
  },
}
