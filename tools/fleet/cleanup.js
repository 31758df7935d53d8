// What must be undone however the run ends: by its own end, a failure, or a signal.

const undoings = new Set()

process.once('exit', () => {
  for (const undo of [...undoings].reverse()) attempt(undo)
})
for (const [signal, number] of Object.entries({ SIGINT: 2, SIGTERM: 15, SIGHUP: 1 })) {
  process.once(signal, () => process.exit(128 + number))
}

/**
 * Has `undo` called when the process exits. It cannot wait for anything there, so it must be synchronous.
 *
 * @param {() => void} undo
 * @returns {() => void} undoes it now, and not again
 */
export function atTheEnd(undo) {
  undoings.add(undo)
  return () => {
    if (undoings.delete(undo)) attempt(undo)
  }
}

function attempt(undo) {
  try {
    undo()
  } catch {
    // What is gone already need not be undone.
  }
}
