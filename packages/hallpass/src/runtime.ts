import type { Runtime } from './core/ports.js'

/** The clocks and timers of the platform. */
export const systemRuntime: Runtime = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  later(delay, call, keepAlive = false) {
    const timer = setTimeout(call, delay)
    // Browsers and edge runtimes answer with a number, which keeps nothing alive.
    if (!keepAlive && typeof timer === 'object') timer.unref()
    return () => clearTimeout(timer)
  },
}
