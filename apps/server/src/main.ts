import { buildApp } from './app.js'
import { run } from './run.js'

process.exit(await run(process, buildApp))
