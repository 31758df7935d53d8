import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** Where each folder of compiled code comes from. */
const outputs = [
  ['packages/hallpass/dist', 'packages/hallpass/src'],
  ['packages/hallpass/dist-test', 'packages/hallpass/test'],
  ['apps/server/dist', 'apps/server/src'],
  ['apps/server/dist-test', 'apps/server/test'],
  ['apps/cli/dist', 'apps/cli/src'],
  ['apps/cli/dist-test', 'apps/cli/test'],
  ['apps/console/dist', 'apps/console/src'],
  ['apps/console/dist-test', 'apps/console/test'],
]

/** What other steps of the build write, and empty before they do. */
const notOurs = ['apps/server/dist/console', 'apps/server/dist/cli']

/** Removes compiled files whose source is gone: else a deleted test goes on passing. */
export function removeStale(root) {
  for (const [output, source] of outputs) {
    for (const file of filesBelow(join(root, output))) {
      const inOutput = file.slice(join(root, output).length)
      if (notOurs.some((folder) => file.startsWith(join(root, folder) + '/'))) continue
      if (!hasSource(join(root, source) + inOutput)) rmSync(file)
    }
  }
}

function filesBelow(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? filesBelow(path) : [path]
  })
}

/** Compiled names are asked for their source; any other file (a copy, the compiler's notes) for its twin. */
function hasSource(path) {
  if (path.endsWith('.tsbuildinfo')) return true
  const compiled = /^(.*?)(\.d\.ts|\.js)(\.map)?$/.exec(path)
  if (compiled === null) return existsSync(path)
  return ['.ts', '.tsx', '.js'].some((ending) => existsSync(compiled[1] + ending))
}
