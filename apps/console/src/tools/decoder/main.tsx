import { render } from 'preact'
import { Shell } from '../shell'
import { Decoder } from './decoder'
import { takeHandedOver } from './handed-over'

const root = document.getElementById('app')
if (root !== null) {
  const handedOver = takeHandedOver()
  render(
    <Shell here="decoder">
      <Decoder handedOver={handedOver} />
    </Shell>,
    root,
  )
}
