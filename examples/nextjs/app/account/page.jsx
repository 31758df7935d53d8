import { requireSession } from '../../session.js'

export default async function Account() {
  const { subject } = await requireSession('/account')
  return (
    <main>
      <p>
        Signed in as <b>{subject}</b>
      </p>
      <form method="post" action="/api/sign-out">
        <button>Sign out</button>
      </form>
    </main>
  )
}
