import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Folders that hold runnable tests: compiled ones, and the tools' own. */
export const testFolders = [
  'packages/hallpass/dist-test',
  'apps/server/dist-test',
  'apps/cli/dist-test',
  'apps/console/dist-test',
  'tools',
]

/** Every *.test.js below the folders, as paths from the root, in a stable order. */
export function testFiles(root, filters = [], folders = testFolders) {
  const wanted = filters.map(compiledName)
  return folders
    .flatMap((folder) => below(root, folder))
    .filter((file) => wanted.length === 0 || wanted.some((filter) => file.includes(filter)))
    .sort()
}

/** `packages/hallpass/test/core/refresh.test.ts` is meant as its compiled twin. */
function compiledName(filter) {
  return filter
    .replace(/^\.\//, '')
    .replace(/^((?:packages|apps)\/[^/]+)\/test(?=\/|$)/, '$1/dist-test')
    .replace(/\.ts$/, '.js')
}

function below(root, folder) {
  if (!existsSync(join(root, folder))) return []
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : below(root, path)
    return entry.name.endsWith('.test.js') ? [path] : []
  })
}
