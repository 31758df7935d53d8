import { render } from 'preact'
import { Page } from '../../parts/page'
import { strings } from '../../strings/json'
import { strings as tools } from '../../strings/tools'
import { Shell } from '../shell'
import { Find } from './find'
import { Input } from './input'
import { Outcome } from './outcome'
import { Progress } from './progress'
import { Text } from './text'
import { Toolbar } from './toolbar'
import { Tree } from './tree'
import { useJson } from './use-json'

function JsonFormatter() {
  const json = useJson()
  const { opened, view, failure } = json
  const isTree = view === 'tree' && opened?.fault === null
  return (
    <Shell here="json">
      <Page title={tools.tools.json.name} lead={strings.stays}>
        <Input json={json} />
        <Progress busy={json.busy} />
        <div role="alert">{failure === null ? null : <p class="notice bad">{strings.failed(failure)}</p>}</div>
        {opened === null ? null : (
          <>
            <Outcome json={json} opened={opened} />
            <section class="slip json-result" aria-labelledby="json-result">
              <h2 id="json-result">{opened.fault === null ? strings.result : strings.source}</h2>
              {opened.fault === null ? (
                <>
                  <Toolbar json={json} />
                  <Find json={json} />
                </>
              ) : null}
              {isTree ? <Tree json={json} /> : <Text json={json} isSource={opened.fault !== null} />}
            </section>
          </>
        )}
      </Page>
    </Shell>
  )
}

const root = document.getElementById('app')
if (root !== null) render(<JsonFormatter />, root)
