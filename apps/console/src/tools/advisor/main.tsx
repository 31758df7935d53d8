import { conversation, type PartialAnswers, type QuestionKey } from 'hallpass/inspect'
import { render } from 'preact'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { Page } from '../../parts/page'
import { strings } from '../../strings/advisor'
import { Shell } from '../shell'
import { Advised } from './advised'
import { addressOf, answersIn, before } from './answers'
import { Asking } from './asking'
import { Turns } from './turns'

/** What is on the page: the answers, and the question that is asked again although it has one. */
interface Standing {
  readonly answers: PartialAnswers
  readonly again: QuestionKey | null
}

function Advisor() {
  const [{ answers, again }, setStanding] = useState<Standing>(() => ({
    answers: answersIn(location.hash),
    again: null,
  }))
  const heading = useFocusAfter(`${addressOf(answers)} ${again ?? ''}`)
  useEffect(() => {
    const follow = (): void => setStanding({ answers: answersIn(location.hash), again: null })
    addEventListener('popstate', follow)
    return () => removeEventListener('popstate', follow)
  }, [])
  const goOn = (next: PartialAnswers): void => {
    history.pushState(null, '', addressOf(next))
    setStanding({ answers: next, again: null })
  }

  const { turns, next } = conversation(answers)
  const asked = turns.find(({ question }) => question.key === again)?.question ?? next
  const last = turns.at(-1)?.question.key
  const goBack = (): void => {
    if (again !== null) setStanding({ answers, again: null })
    else if (last !== undefined) goOn(before(answers, last))
  }
  return (
    <Page title={strings.title} lead={strings.lead}>
      <Turns
        turns={turns}
        asked={again}
        onChange={(key) => setStanding({ answers, again: key })}
        onAgain={() => goOn({})}
      />
      {asked === null ? (
        <Advised answers={answers} heading={heading} />
      ) : (
        <Asking
          question={asked}
          number={again === null ? turns.length + 1 : turns.findIndex(({ question }) => question.key === again) + 1}
          chosen={again === null ? undefined : answers[again]}
          heading={heading}
          onAnswer={(value) => goOn({ ...answers, [asked.key]: value })}
          onTeam={turns.length === 0 ? goOn : null}
          onBack={turns.length === 0 ? null : goBack}
        />
      )}
    </Page>
  )
}

/** The heading of what is there now takes the focus when something was answered; not when the page is loaded. */
function useFocusAfter(what: string) {
  const heading = useRef<HTMLHeadingElement>(null)
  const shown = useRef(what)
  useLayoutEffect(() => {
    if (shown.current !== what) heading.current?.focus()
    shown.current = what
  }, [what])
  return heading
}

const root = document.getElementById('app')
if (root !== null) {
  render(
    <Shell here="advisor">
      <Advisor />
    </Shell>,
    root,
  )
}
