import { useLayoutEffect, useRef, useState } from 'preact/hooks'

/** The width of an element in pixels, so that what is drawn in it is not stretched: text least of all. */
export function useWidth<Element extends HTMLElement>() {
  const element = useRef<Element>(null)
  const [width, setWidth] = useState(0)
  useLayoutEffect(() => {
    const observed = element.current
    if (observed === null) return undefined
    const observer = new ResizeObserver(() => setWidth(observed.clientWidth))
    observer.observe(observed)
    setWidth(observed.clientWidth)
    return () => observer.disconnect()
  }, [])
  return { element, width }
}
