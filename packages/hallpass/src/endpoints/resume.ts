import { safeReturnPath } from '../http/redirect.js'
import type { Endpoint } from './endpoint.js'

const script = 'document.forms[0].submit()'
const style = `:root{color-scheme:light dark;font:1rem/1.5 system-ui,sans-serif}
body{min-height:90vh;display:grid;place-content:center;text-align:center}
button{font:inherit;padding:.6rem 1.6rem;border-radius:.6rem;border:1px solid;cursor:pointer}`

/** The hashes of both as they stand between their tags; a test compares them. */
const scriptHash = 'sha256-ePniVEkSivX/c7XWBGafqh8tSpiRrKiqYeqbG7N1TOE='
const styleHash = 'sha256-G5sIZyqy5z2HS2mad9Y4y466DhkrMfftBj1lrRtkLp0='
const policy = [
  `default-src 'none'; script-src '${scriptHash}'; style-src '${styleHash}'`,
  `form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
].join('; ')

/**
 * GET resume?to=path: changes nothing; the page it answers POSTs the refresh, which no GET may do, and comes back to
 * `to`. Without script a button does it.
 */
export const resume: Endpoint = async (auth, view) => ({
  status: 200,
  headers: [
    ['content-type', 'text/html; charset=utf-8'],
    ['cache-control', 'no-store'],
    ['content-security-policy', policy],
    ['x-content-type-options', 'nosniff'],
    ['cross-origin-resource-policy', 'same-origin'],
    // Not "no-referrer": with it browsers send "Origin: null", which no form of ours may come with.
    ['referrer-policy', 'same-origin'],
  ],
  body: page(`${auth.policy.basePath}/refresh`, safeReturnPath(new URLSearchParams(view.query).get('to')) ?? '/'),
})

function page(action: string, to: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Welcome back</title>
<style>${style}</style></head>
<body><main><h1>Welcome back</h1><p>You are being signed in again.</p>
<form method="post" action="${action}"><input type="hidden" name="to" value="${escaped(to)}"><button>Continue</button></form>
</main><script>${script}</script></body>
</html>
`
}

function escaped(text: string): string {
  const entities: { readonly [character: string]: string } = {
    '&': '&amp;',
    '"': '&quot;',
    '<': '&lt;',
    '>': '&gt;',
    "'": '&#39;',
  }
  return text.replace(/[&"<>']/g, (character) => entities[character]!)
}
