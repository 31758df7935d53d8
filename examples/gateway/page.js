// Everything goes to this page's own origin, carried by its cookie. No token is ever in reach of this script.
import { createClient } from './auth/client.js'

const client = createClient()
const say = (id, text) => (document.getElementById(id).textContent = text)

for (const path of ['orders', 'reports']) {
  const answer = await client.fetch(`/${path}`)
  say(path, answer.ok ? JSON.stringify(await answer.json()) : `${answer.status}`)
}

const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/echo`)
socket.addEventListener('open', () => socket.send('hello'))
socket.addEventListener('message', ({ data }) => say('echo', data))
socket.addEventListener('close', ({ code }) => say('echo', `closed: ${code}`))

const events = new EventSource('/events')
events.addEventListener('message', ({ data }) => say('events', data))

document.getElementById('sign-out').addEventListener('click', () => client.signOut())
client.on('signed-out', () => location.assign('/sign-in?to=/'))
