import { render } from 'preact'
import { Console } from './console'

const root = document.getElementById('app')
if (root !== null) render(<Console />, root)
