import { firstViews } from './first-views.js'
import { pageFrame } from './page-frame.js'
import { shared, tools } from './vite.config.js'

/** Puts the pages beside their assets, so that the folder can be served from anywhere. */
const flat = {
  name: 'flat',
  enforce: 'post',
  generateBundle(_options, bundle) {
    for (const { fileName, source } of Object.values(bundle).filter(({ fileName }) => fileName.endsWith('.html'))) {
      delete bundle[fileName]
      this.emitFile({
        type: 'asset',
        fileName: fileName.replace(/^tools\//, ''),
        source: source.replaceAll('="../', '="./'),
      })
    }
  },
}

/** The tools alone, as files for any host or folder: `npm run build:tools`. */
export default {
  ...shared,
  base: './',
  plugins: [pageFrame, flat, firstViews],
  define: { servedByHallpass: 'false' },
  build: { ...shared.build, outDir: 'dist-tools', rolldownOptions: { input: tools } },
}
