const shapes = {
  good: 'M4.5 10.5l3.6 3.6 7.4-8',
  bad: 'M5.5 5.5l9 9m0-9l-9 9',
  open: 'M5 10h10',
}

const shapeOf = {
  passed: 'good',
  accepted: 'good',
  failed: 'bad',
  refused: 'bad',
  'not-checked': 'open',
  undecided: 'open',
  none: 'open',
} as const

/** A tick, a cross or a dash: told apart by shape, and by colour as well. */
export function Mark({ outcome }: { readonly outcome: keyof typeof shapeOf }) {
  const shape = shapeOf[outcome]
  return (
    <svg class={`mark ${shape}`} viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
      <path d={shapes[shape]} />
    </svg>
  )
}
