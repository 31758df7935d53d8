import { render } from 'preact'
import { Page } from '../parts/page'
import { strings } from '../strings/tools'
import { toolAddress, tools } from './addresses'
import { Shell } from './shell'

function Tools() {
  return (
    <Shell here={null}>
      <Page title={strings.title} lead={strings.lead}>
        <ul class="tool-cards">
          {tools.map((tool) => (
            <li key={tool}>
              <h2>
                <a href={toolAddress(tool)}>{strings.tools[tool].name}</a>
              </h2>
              <p>{strings.tools[tool].text}</p>
            </li>
          ))}
        </ul>
      </Page>
    </Shell>
  )
}

const root = document.getElementById('app')
if (root !== null) render(<Tools />, root)
