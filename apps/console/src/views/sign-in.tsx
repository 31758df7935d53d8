import { useEffect, useState } from 'preact/hooks'
import { post, refusalCode } from '../client'
import { goOn, returnPath, wasSentHere } from '../navigation'
import { Field } from '../parts/field'
import { Form } from '../parts/form'
import { Link } from '../parts/link'
import { Page } from '../parts/page'
import type { FieldOfCode } from '../refusals'
import { strings } from '../strings/account'

const { fields } = strings
/** Refusals that tell of a session that was: to anybody else the form speaks for itself. */
const endings: ReadonlySet<string> = new Set(['ended', 'reused', 'rolled-back'])
const labels = { email: fields.email, password: fields.password }

async function begin(path: string, values: FormData): Promise<void> {
  const to = returnPath()
  const body = {
    email: values.get('email'),
    password: values.get('password'),
    remember: values.get('remember') !== null,
  }
  await post(path, body)
  goOn(to)
}

interface EntryProps {
  readonly words: typeof strings.signIn
  readonly path: string
  /** The page for those who are wrong here. */
  readonly other: string
  readonly password: { readonly autocomplete: 'current-password' | 'new-password'; readonly hint?: string }
  readonly fieldOfCode?: FieldOfCode
  readonly notice?: string | null
}

/** The form by which a session begins. */
function Entry({ words, path, other, password, fieldOfCode = {}, notice = null }: EntryProps) {
  return (
    <Page title={words.title} lead={words.lead} narrow>
      {notice === null ? null : (
        <p class="notice" role="alert">
          {notice}
        </p>
      )}
      <section class="slip">
        <Form
          labels={labels}
          fieldOfCode={fieldOfCode}
          submit={words.submit}
          busy={words.busy}
          send={(values) => begin(path, values)}
        >
          {(errors) => (
            <>
              <Field name="email" label={fields.email} type="email" autocomplete="username" error={errors.email} />
              <Field name="password" label={fields.password} type="password" error={errors.password} {...password} />
              <Remember />
            </>
          )}
        </Form>
        <p class="aside">
          {words.other} <Link to={`${other}${location.search}`}>{words.otherLink}</Link>
        </p>
      </section>
    </Page>
  )
}

export function SignIn({ notice }: { readonly notice: string | null }) {
  const ending = useEnding()
  return (
    <Entry
      words={strings.signIn}
      path="/auth/sign-in"
      other="/sign-up"
      password={{ autocomplete: 'current-password' }}
      notice={notice ?? ending}
    />
  )
}

export function SignUp() {
  const words = strings.signUp
  return (
    <Entry
      words={words}
      path="/auth/sign-up"
      other="/sign-in"
      password={{ autocomplete: 'new-password', hint: words.passwordHint }}
      fieldOfCode={{ 'email-taken': { field: 'email', sentence: words.taken } }}
    />
  )
}

/** After a full load nobody has left a notice, but the credential of the ended session is still there to ask about. */
function useEnding(): string | null {
  const [sentence, setSentence] = useState<string | null>(null)
  useEffect(() => {
    if (!wasSentHere()) return
    refusalCode().then(
      (code) => setSentence(code !== null && endings.has(code) ? (strings.because[code] ?? null) : null),
      () => {},
    )
  }, [])
  return sentence
}

function Remember() {
  return (
    <label class="check">
      <input type="checkbox" name="remember" />
      <span>{fields.remember}</span>
    </label>
  )
}
