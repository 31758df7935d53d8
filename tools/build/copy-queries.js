import { cpSync } from 'node:fs'
import { join } from 'node:path'

/** The stores' .sql and .lua files stand in the open beside their drivers; they travel with the compiled code. */
export function copyQueries(root) {
  const library = join(root, 'packages/hallpass')
  cpSync(join(library, 'src/stores'), join(library, 'dist/stores'), {
    recursive: true,
    filter: (path) => /(^|\/)[^/.]+$|\.(sql|lua)$/.test(path),
  })
}
