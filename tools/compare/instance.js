// One instance of one way: the same small application on Express, and what is particular to the way.
import { once } from 'node:events'
import express from 'express'
import { answerQuestions, settingsOfThisProcess } from '../fleet/processes.js'
import { pageOf } from './page.js'
import { load } from './ways.js'

const settings = settingsOfThisProcess()
const way = await (await load(settings.id)).way(settings)
const { signOutAddress = '/sign-out', refreshAddress = null } = way
let transfers = 0

const app = express()
// Chromium comes through a proxy that speaks TLS
app.set('trust proxy', 1)
app.use(express.json(), express.urlencoded({ extended: false }))
app.get('/', (req, res) => res.type('html').send(pageOf(signOutAddress)))
if (way.before !== undefined) app.use(way.before)
app.post('/sign-in', (req, res) => way.signIn(req, res, `u_${req.body.user}`))

const guard = async (req, res, next) => {
  const subject = await way.subjectOf(req)
  if (subject === null) res.status(401).json({})
  else {
    req.subject = subject
    next()
  }
}
app.use(['/me', '/transfer'], ...(way.guard === undefined ? [] : [way.guard]), guard)
app.get('/me', (req, res) => res.json({ subject: req.subject }))
/** Changes something, as a form or as JSON. */
app.post('/transfer', (req, res) => {
  transfers += 1
  res.json({ transfers })
})
if (way.signOut !== undefined) app.post(signOutAddress, way.signOut)
if (way.refresh !== undefined) app.post(refreshAddress, way.refresh)
if (way.after !== undefined) app.use(way.after)

const server = app.listen(0, '127.0.0.1')
server.keepAliveTimeout = 0
await once(server, 'listening')
answerQuestions({ transfers: () => transfers }, { port: server.address().port, signOutAddress, refreshAddress })
