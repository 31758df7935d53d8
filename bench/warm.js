// What a warm request costs: CPU microseconds of the server per request, contenders in turn, medians of clean slices.
import { fork } from 'node:child_process'
import { connect } from 'node:net'
import { once } from 'node:events'

const connections = 50
const sliceMilliseconds = Number(process.env.BENCH_SLICE ?? 1000)
const rounds = Number(process.env.BENCH_ROUNDS ?? 9)

const server = fork(new URL('./server.js', import.meta.url))
const [contenders] = await once(server, 'message')
for (const contender of contenders) await answersRightly(contender)

const costs = new Map(contenders.map(({ name }) => [name, []]))
for (let round = 0; round <= rounds; round++) {
  for (const contender of contenders) {
    const cost = await slice(contender)
    // The first round warms the compiler up.
    if (round > 0) costs.get(contender.name).push(cost)
  }
  process.stderr.write(`round ${round} of ${rounds}\n`)
}
server.disconnect()

const floor = median(costs.get(contenders[0].name))
console.log(
  `node ${process.version}, ${connections} connections, median of ${rounds} slices of ${sliceMilliseconds} ms`,
)
console.log(`${'GET /me'.padEnd(28)}${'CPU µs'.padStart(10)}${'added'.padStart(10)}${'min–max'.padStart(18)}`)
for (const [name, figures] of costs) {
  const [low, high] = [Math.min(...figures), Math.max(...figures)].map((figure) => figure.toFixed(1))
  const middle = median(figures)
  console.log(
    `${name.padEnd(28)}${middle.toFixed(1).padStart(10)}${(middle - floor).toFixed(1).padStart(10)}${`${low}–${high}`.padStart(18)}`,
  )
}

/** Nothing is timed before right and wrong credentials were answered rightly. */
async function answersRightly({ name, port, headers }) {
  const ask = async (header) => (await fetch(`http://127.0.0.1:${port}/me`, { headers: header })).status
  const [field, value] = headers[0].split(': ')
  if ((await ask({ [field]: value })) !== 200) throw new Error(`${name} refuses a right credential`)
  if (!name.startsWith('bare') && (await ask({ [field]: `${value.slice(0, -6)}AAAAAA` })) !== 401) {
    throw new Error(`${name} takes a wrong credential`)
  }
}

async function slice({ port, headers }) {
  const sockets = await Promise.all(
    Array.from({ length: connections }, async (_, index) => {
      const socket = connect(port, '127.0.0.1')
      await once(socket, 'connect')
      return { socket, index }
    }),
  )
  const before = await cpu()
  const started = performance.now()
  let requests = 0
  await Promise.all(
    sockets.map(
      ({ socket, index }) =>
        new Promise((resolve, reject) => {
          let caller = index
          const send = () => {
            caller = (caller + connections) % headers.length
            socket.write(`GET /me HTTP/1.1\r\nhost: localhost\r\n${headers[caller]}\r\n\r\n`)
          }
          socket.on('data', (chunk) => {
            if (chunk[9] !== 0x32) reject(new Error(`refused: ${chunk.toString('latin1', 0, 200)}`))
            requests += 1
            if (performance.now() - started < sliceMilliseconds) send()
            else resolve(socket.end())
          })
          socket.on('error', reject)
          send()
        }),
    ),
  )
  return ((await cpu()) - before) / requests
}

async function cpu() {
  server.send('cpu')
  const [microseconds] = await once(server, 'message')
  return microseconds
}

function median(figures) {
  return figures.toSorted((one, other) => one - other)[Math.floor(figures.length / 2)]
}
