import { fromPage, navigation, send } from '../../packages/hallpass/dist/testing/adapter-client.js'

/** As much of a browser as a round trip needs: keeps cookies by their path, says where it comes from, follows nothing. */
export function openBrowser(origin) {
  const cookies = new Map()
  const cookieFor = (path) =>
    [...cookies.values()]
      .filter((cookie) => path.startsWith(cookie.path))
      .map(({ pair }) => pair)
      .join('; ')

  function keep(line) {
    const [pair, ...attributes] = line.split('; ')
    const name = pair.split('=', 1)[0]
    const path = attributes.find((attribute) => attribute.startsWith('Path='))?.slice('Path='.length) ?? '/'
    if (attributes.includes('Max-Age=0')) cookies.delete(`${name} ${path}`)
    else cookies.set(`${name} ${path}`, { pair, path })
  }

  async function ask(method, path, headers, body) {
    const cookie = cookieFor(path)
    const sent = { headers: { accept: 'text/html', ...(cookie && { cookie }), ...headers }, ...(body && { body }) }
    const { status, headers: answered, cookies: set, text } = await send(origin, method, path, sent)
    for (const line of set) keep(line)
    return { status, location: answered.location?.replace(origin, '') ?? null, set, text }
  }

  return {
    /** The visitor opens an address. */
    visit: (path) => ask('GET', path, navigation),
    /** A form of one of our pages is sent. */
    submit: (path, fields) =>
      ask(
        'POST',
        path,
        { ...fromPage(origin), 'content-type': 'application/x-www-form-urlencoded' },
        new URLSearchParams(fields).toString(),
      ),
    names: () => [...cookies.values()].map(({ pair }) => pair.split('=', 1)[0]),
  }
}
