import { fileURLToPath } from 'node:url'

/** `hallpass/browser` in one file, for pages behind the gateway that have no build of their own. */
export default {
  root: fileURLToPath(new URL('.', import.meta.url)),
  publicDir: false,
  build: {
    outDir: '../server/dist/console/auth',
    emptyOutDir: false,
    target: 'es2022',
    lib: {
      entry: fileURLToPath(import.meta.resolve('hallpass/browser')),
      formats: ['es'],
      fileName: () => 'client.js',
    },
  },
}
