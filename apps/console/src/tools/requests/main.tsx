import { render } from 'preact'
import { Page } from '../../parts/page'
import { strings } from '../../strings/tools'
import { Shell } from '../shell'
import { Tester } from './tester'

function Requests() {
  return (
    <Shell here="requests">
      <Page title={strings.tools.requests.name} lead={strings.tools.requests.text}>
        <Tester />
      </Page>
    </Shell>
  )
}

const root = document.getElementById('app')
if (root !== null) render(<Requests />, root)
