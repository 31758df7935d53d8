import { useEffect } from 'preact/hooks'
import { client } from './client'
import { accountPage, goTo, signInPath, usePlace } from './navigation'
import { Wordmark } from './parts/wordmark'
import { strings } from './strings/account'
import { parts } from './strings/parts'
import { Account } from './views/account'
import { NotFound } from './views/not-found'
import { SignIn, SignUp } from './views/sign-in'

const outside: ReadonlySet<string> = new Set(['/sign-in', '/sign-up'])

export function App() {
  const place = usePlace()
  useEffect(
    () =>
      client.on('signed-out', ({ because }) => {
        if (!outside.has(location.pathname)) goTo(signInPath(), strings.because[because] ?? null)
      }),
    [],
  )
  return (
    <>
      <a class="skip" href="#content">
        {parts.skip}
      </a>
      <header class="masthead">
        <Wordmark />
      </header>
      <View key={place.path} path={place.path} notice={place.notice} />
    </>
  )
}

function View({ path, notice }: { readonly path: string; readonly notice: string | null }) {
  switch (path) {
    case '/':
    case accountPage:
      return <Account />
    case '/sign-in':
      return <SignIn notice={notice} />
    case '/sign-up':
      return <SignUp />
    default:
      return <NotFound />
  }
}
