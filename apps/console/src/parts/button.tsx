interface ButtonProps {
  readonly label: string
  readonly busyLabel?: string
  readonly busy?: boolean
  readonly kind?: 'primary' | 'quiet' | 'danger'
  readonly submit?: boolean
  /** What a screen reader says where the label alone would be ambiguous. */
  readonly fullLabel?: string
  readonly onClick?: () => void
}

/** While busy it says so and does nothing, but keeps the focus: a disabled button would lose it. */
export function Button(props: ButtonProps) {
  const { label, busyLabel = label, busy = false, kind = 'quiet', submit = false, fullLabel, onClick } = props
  const click = (event: MouseEvent): void => {
    if (busy) event.preventDefault()
    else onClick?.()
  }
  return (
    <button
      type={submit ? 'submit' : 'button'}
      class={`button ${kind}`}
      aria-disabled={busy}
      aria-label={busy ? undefined : fullLabel}
      onClick={click}
    >
      {busy ? <span class="spinner" aria-hidden="true" /> : null}
      {busy ? busyLabel : label}
    </button>
  )
}
