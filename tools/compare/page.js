/** The page of the application, as each way's guides would write it: a token in an answer goes to localStorage. */
export const pageOf = (signOutAddress) => `<!doctype html>
<title>app</title>
<script>
  const sent = () => {
    const token = localStorage.getItem('token')
    return token === null ? {} : { authorization: 'Bearer ' + token }
  }
  async function signIn(user) {
    const answer = await fetch('/sign-in', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user }),
    })
    const { token } = await answer.json()
    if (token !== undefined) localStorage.setItem('token', token)
    return answer.status
  }
  async function statusOf(path, method = 'GET') {
    return (await fetch(path, { method, headers: sent() })).status
  }
  async function signOut() {
    const status = await statusOf('${signOutAddress}', 'POST')
    localStorage.removeItem('token')
    return status
  }
</script>
`
