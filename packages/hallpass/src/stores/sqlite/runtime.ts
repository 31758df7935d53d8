/** Looks again and again, which alone keeps no process alive; answers how to stop. */
export function every(milliseconds: number, look: () => void): () => void {
  const timer = setInterval(look, milliseconds)
  timer.unref()
  return () => clearInterval(timer)
}
