import { addInstance, addVerifier, type Climate } from './random-run.js'
import type { Machine } from './machine.js'
import type { World } from './world.js'

/** What goes wrong in a run, again and again until its end. */
export function disturb(world: World, climate: Climate, length: number): void {
  const { chance, scheduler } = world
  const again = (): void => {
    trouble(world)
    scheduler.after(chance.between(100, 4000), again)
  }
  scheduler.after(chance.between(500, 3000), again)
  const late = chance.between(0.25, 0.7) * length
  if (climate === 'forgetful') scheduler.at(late, () => forget(world))
  if (climate === 'split') scheduler.at(late, () => splitStore(world))
}

function trouble(world: World): void {
  const { chance } = world
  const machines = [...world.instances, ...world.verifiers].map(({ machine }) => machine).filter(({ runs }) => runs)
  if (machines.length === 0) return void addInstance(world)
  const machine = chance.pick(machines)
  const kind = chance.next()
  if (kind < 0.3) return pause(world, machine)
  if (kind < 0.5) return cut(world, machine)
  if (kind < 0.6) return machine.step(chance.pick([-1, 1]) * chance.pick([50, 700, 5000]))
  if (kind < 0.7) return crash(world, machine)
  if (kind < 0.78) return void addInstance(world)
  if (kind < 0.83) return void addVerifier(world, chance.pick(world.instances))
  if (kind < 0.93) return leave(world, machine)
  return storeAway(world)
}

function pause(world: World, machine: Machine): void {
  const { chance, scheduler, timing } = world
  world.isStill = false
  const frozen = chance.happens(0.25)
  machine.pause(frozen)
  scheduler.after(chance.pick([0.1, 0.8, 1.2, 4]) * timing.lease * chance.between(0.5, 1.5), () => machine.resume())
}

/** One way or both; what a verifier asks is its parent, and cutting it from the store changes nothing. */
function cut(world: World, machine: Machine): void {
  const { chance, scheduler, network, timing } = world
  const other = chance.pick([world.server.name, ...world.instances.map(({ machine: { name } }) => name)])
  const ways = chance.pick([
    [[machine.name, other]],
    [[other, machine.name]],
    [
      [machine.name, other],
      [other, machine.name],
    ],
  ] as const)
  for (const [from, to] of ways) network.cut(from, to)
  scheduler.after(chance.between(0.3, 4) * timing.lease, () => {
    for (const [from, to] of ways) network.mend(from, to)
  })
}

function crash(world: World, machine: Machine): void {
  world.isStill = false
  machine.crash()
  world.scheduler.after(world.chance.between(10, 3000), () => void addInstance(world))
}

function leave(world: World, machine: Machine): void {
  const member = [...world.instances, ...world.verifiers].find((one) => one.machine === machine)!
  const closes = world.chance.happens(0.3)
  world.scheduler.tell(machine.name, () => (closes ? 'closes' : 'leaves'))
  if (!closes) return void member.holder.leave().catch(() => undefined)
  void member.holder.close()
}

function storeAway(world: World): void {
  const { server, scheduler, chance, timing } = world
  scheduler.tell(server.name, () => 'is away')
  world.network.failures++
  server.isAway = true
  scheduler.after(chance.between(0.2, 3) * timing.lease, () => {
    world.network.failures++
    server.isAway = false
    scheduler.tell(server.name, () => 'is back')
  })
}

async function forget(world: World): Promise<void> {
  const { chance, scheduler } = world
  world.network.failures++
  if (chance.happens(0.3)) return world.empty()
  await world.rewind(Math.max(0, scheduler.now - chance.pick([20, 300, 2000, 10_000])))
}

async function splitStore(world: World): Promise<void> {
  const { chance, scheduler, timing } = world
  const { machine } = chance.pick(world.instances)
  world.network.failures++
  await world.split(machine, Math.max(0, scheduler.now - chance.pick([0, 50, 1000])))
  scheduler.after(chance.between(0.5, 4) * timing.lease, () => world.unite(machine))
}
