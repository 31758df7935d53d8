import { fileURLToPath } from 'node:url'

export default {
  // Only because this folder is part of a repository with packages of its own.
  turbopack: { root: fileURLToPath(new URL('../..', import.meta.url)) },
}
