// The page, and an API beside it: Express. Whoever comes here has been let in by the gateway, and says so with a token.
import { fileURLToPath } from 'node:url'
import express from 'express'
import { createVerifier } from 'hallpass/verify'

const { HALLPASS_ISSUER: issuer, PORT: port } = process.env
const verifier = createVerifier({ issuer, audience: 'shop', jwks: `${issuer}/.well-known/jwks.json` })

const beside = (file) => fileURLToPath(new URL(file, import.meta.url))

const app = express()
app.use(async (req, res, next) => {
  const [, token = ''] = /^Bearer (.+)$/i.exec(req.get('authorization') ?? '') ?? []
  const verdict = await verifier.verify(token)
  if (verdict.ok) {
    req.caller = verdict.claims
    next()
  } else res.status(401).json({ error: 'this is no token for the shop' })
})

app.get('/', (req, res) => {
  res.set('content-security-policy', "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'")
  res.sendFile(beside('page.html'))
})
for (const file of ['page.js', 'page.css']) app.get(`/${file}`, (req, res) => res.sendFile(beside(file)))
app.get('/orders', (req, res) => res.json({ of: req.caller.sub, orders: ['o_1', 'o_2'] }))

/** Takes whatever is sent and says how much it was. */
app.post('/uploads', async (req, res) => {
  let bytes = 0
  for await (const chunk of req) bytes += chunk.length
  res.json({ of: req.caller.sub, bytes })
})

/** One event a second, for as long as somebody listens. */
app.get('/events', (req, res) => {
  res.set({ 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
  let count = 0
  const tell = () => res.write(`data: ${JSON.stringify({ of: req.caller.sub, count: count++ })}\n\n`)
  tell()
  const timer = setInterval(tell, 1000)
  res.on('close', () => clearInterval(timer))
})

app.listen(port, 'localhost', () => console.log(`the shop listens on ${port}`))
