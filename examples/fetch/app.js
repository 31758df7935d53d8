import { serve } from '@hono/node-server'
import handler, { port } from './handler.js'

// What Bun and Deno do with the default export by themselves.
serve(handler, () => console.log(`http://localhost:${port}`))
