const shapes = {
  phone:
    'M8.5 3h7A1.5 1.5 0 0 1 17 4.5v15a1.5 1.5 0 0 1-1.5 1.5h-7A1.5 1.5 0 0 1 7 19.5v-15A1.5 1.5 0 0 1 8.5 3zM11 18h2',
  computer: 'M5.5 5h13A1.5 1.5 0 0 1 20 6.5V16H4V6.5A1.5 1.5 0 0 1 5.5 5zM2.5 19h19',
  program:
    'M4.5 5h15A1.5 1.5 0 0 1 21 6.5v11a1.5 1.5 0 0 1-1.5 1.5h-15A1.5 1.5 0 0 1 3 17.5v-11A1.5 1.5 0 0 1 4.5 5zM7 9.5l3 2.5-3 2.5M12.5 15H17',
}

export type DeviceKind = keyof typeof shapes

export function DeviceIcon({ kind }: { readonly kind: DeviceKind }) {
  return (
    <svg class="device-icon" viewBox="0 0 24 24" width="28" height="28" aria-hidden="true">
      <path d={shapes[kind]} />
    </svg>
  )
}
