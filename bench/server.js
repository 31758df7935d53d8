// One process with every contender, so that all run on the same core under the same conditions.
import { contenders } from './contenders.js'

const all = await contenders()
const listening = await Promise.all(
  all.map(
    ({ name, server, headers }) =>
      new Promise((resolve) => {
        server.keepAliveTimeout = 0
        server.listen(0, '127.0.0.1', () => resolve({ name, port: server.address().port, headers }))
      }),
  ),
)
process.send(listening)
process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send(user + system)
})
process.on('disconnect', () => process.exit())
