import { setTimeout as sleep } from 'node:timers/promises'

/** Waits until it holds, as long as a busy machine may need. */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let waited = 0; waited < 60_000; waited += 50) {
    if (await holds()) return
    await sleep(50)
  }
  throw new Error(`still not so after a minute: ${String(holds)}`)
}
