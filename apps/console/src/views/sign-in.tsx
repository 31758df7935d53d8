import { useEffect, useState } from 'preact/hooks'
import { post, refusalCode } from '../client'
import { goOn, returnPath, wasSentHere } from '../navigation'
import { Field } from '../parts/field'
import { Form } from '../parts/form'
import { Link } from '../parts/link'
import { Page } from '../parts/page'
import { strings } from '../strings'

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

export function SignIn({ notice }: { readonly notice: string | null }) {
  const words = strings.signIn
  const ending = useEnding()
  const why = notice ?? ending
  return (
    <Page title={words.title} lead={words.lead} narrow>
      {why === null ? null : (
        <p class="notice" role="alert">
          {why}
        </p>
      )}
      <section class="slip">
        <Form labels={labels} submit={words.submit} busy={words.busy} send={(values) => begin('/auth/sign-in', values)}>
          {(errors) => (
            <>
              <Field name="email" label={fields.email} type="email" autocomplete="username" error={errors.email} />
              <Field
                name="password"
                label={fields.password}
                type="password"
                autocomplete="current-password"
                error={errors.password}
              />
              <Remember />
            </>
          )}
        </Form>
        <p class="aside">
          {words.other} <Link to={`/sign-up${location.search}`}>{words.otherLink}</Link>
        </p>
      </section>
    </Page>
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

export function SignUp() {
  const words = strings.signUp
  return (
    <Page title={words.title} lead={words.lead} narrow>
      <section class="slip">
        <Form
          labels={labels}
          fieldOfCode={{ 'email-taken': { field: 'email', sentence: words.taken } }}
          submit={words.submit}
          busy={words.busy}
          send={(values) => begin('/auth/sign-up', values)}
        >
          {(errors) => (
            <>
              <Field name="email" label={fields.email} type="email" autocomplete="username" error={errors.email} />
              <Field
                name="password"
                label={fields.password}
                type="password"
                autocomplete="new-password"
                hint={words.passwordHint}
                error={errors.password}
              />
              <Remember />
            </>
          )}
        </Form>
        <p class="aside">
          {words.other} <Link to={`/sign-in${location.search}`}>{words.otherLink}</Link>
        </p>
      </section>
    </Page>
  )
}

function Remember() {
  return (
    <label class="check">
      <input type="checkbox" name="remember" />
      <span>{fields.remember}</span>
    </label>
  )
}
