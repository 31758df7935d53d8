import { useRef, useState } from 'preact/hooks'

/** Runs one thing at a time: what is asked for while it runs is not done twice. */
export function useAction(): { readonly busy: boolean; readonly run: (work: () => Promise<void>) => Promise<void> } {
  const running = useRef(false)
  const [busy, setBusy] = useState(false)
  const run = async (work: () => Promise<void>): Promise<void> => {
    if (running.current) return
    running.current = true
    setBusy(true)
    try {
      await work()
    } finally {
      running.current = false
      setBusy(false)
    }
  }
  return { busy, run }
}
