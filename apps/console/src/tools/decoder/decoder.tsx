import { aboutSentences, decode, explain, longestDecoded } from 'hallpass/inspect'
import { useMemo, useState } from 'preact/hooks'
import { Page } from '../../parts/page'
import { strings } from '../../strings/decoder'
import { makeExample } from './example'
import { ExpectationFields } from './expectation-fields'
import { type Expectations, judge, ownParties, useSignature } from './judged'
import { MemberTable } from './member-table'
import { useNow } from './now'
import { RuleList } from './rule-list'
import { TokenField } from './token-field'
import { TokenPass } from './token-pass'
import { VerdictCard } from './verdict-card'

const untouched = { keys: '', types: 'at+jwt', lifetime: '900' }

/** @param handedOver what another page wants to have looked at; empty for nothing */
export function Decoder({ handedOver }: { readonly handedOver: string }) {
  const [pasted, setPasted] = useState(handedOver)
  const [typed, setTyped] = useState<Partial<Expectations>>({})
  const now = useNow()
  const decoded = useMemo(() => decode(pasted), [pasted])
  const expected: Expectations = { ...untouched, ...ownParties(decoded), ...typed }
  const signature = useSignature(decoded, expected.keys)
  const { results, verdict } = judge(decoded, expected, signature, now)
  const explained = explain(decoded, now)
  const isToken = results.length > 0
  const isIdle = isToken && (typed.issuer === undefined || typed.audience === undefined)
  const about = [...aboutSentences(decoded), explained.size]

  const tryExample = async (): Promise<void> => {
    const { token, keys } = await makeExample(Date.now())
    setPasted(token)
    setTyped({ keys })
  }
  return (
    <Page title={strings.title} lead={strings.lead}>
      <p class="notice good">{strings.privacy}</p>
      <TokenField
        text={pasted.slice(0, longestDecoded)}
        length={pasted.length}
        onText={setPasted}
        onExample={() => void tryExample()}
      />
      {decoded.kind === 'empty' ? null : (
        <>
          <VerdictCard
            verdict={verdict}
            about={isIdle && verdict.outcome === 'accepted' ? [...about, strings.idle] : about}
            token={decoded.token}
          />
          <TokenPass pieces={decoded.pieces} />
          <MemberTable part="header" members={explained.header} />
          <MemberTable part="payload" members={explained.payload} />
          {isToken ? (
            <div class="judging">
              <ExpectationFields
                expected={expected}
                isIdle={isIdle}
                onChange={(change) => setTyped({ ...typed, ...change })}
              />
              <RuleList results={results} />
            </div>
          ) : null}
        </>
      )}
    </Page>
  )
}
