export default async function SignIn({ searchParams }) {
  const { wrong } = await searchParams
  return (
    <form method="post" action="/api/sign-in">
      {wrong === undefined ? null : <p role="alert">That email or password is not right.</p>}
      <label>
        Email <input name="email" type="email" autoComplete="username" required />
      </label>
      <label>
        Password <input name="password" type="password" autoComplete="current-password" required />
      </label>
      <button>Sign in</button>
    </form>
  )
}
