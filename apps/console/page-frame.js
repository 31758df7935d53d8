/**
 * What every page is made of besides its own title, description, style and script: those stand in its file, the rest here.
 * Tools carry their policy with them, for wherever else their files are put; the server sends the same as a header.
 */
export const pageFrame = {
  name: 'page-frame',
  transformIndexHtml: {
    order: 'pre',
    handler(html, { path }) {
      const policy = policies[path]
      return html
        .replace('<head>', `<head>\n    <meta charset="utf-8" />${policy === undefined ? '' : policyTag(policy)}`)
        .replace('</title>', `</title>${head}`)
        .replace('<body>', `<body>\n    <div id="app"></div>\n    ${noScript}`)
    },
  },
}

const nobody = { connect: "'none'", trustedTypes: "'none'" }
const policies = {
  '/tools/index.html': nobody,
  '/tools/decoder.html': nobody,
  '/tools/json.html': { ...nobody, trustedTypes: 'hallpass-worker' },
  // where no server relays its requests, it sends them itself, to whatever address is typed
  '/tools/requests.html': { ...nobody, connect: 'http: https:' },
  '/tools/advisor.html': nobody,
  '/tools/comparison.html': nobody,
}

/** Ahead of everything else: it holds for what comes after it. */
function policyTag({ connect, trustedTypes }) {
  const content = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    `connect-src ${connect}`,
    "worker-src 'self'",
    "form-action 'none'",
    "base-uri 'none'",
    "require-trusted-types-for 'script'",
    `trusted-types ${trustedTypes}`,
  ]
  return `\n    <meta http-equiv="Content-Security-Policy" content="${content.join('; ')}" />`
}

const head = `
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <meta name="theme-color" content="#f4f1e8" media="(prefers-color-scheme: light)" />
    <meta name="theme-color" content="#111a19" media="(prefers-color-scheme: dark)" />
    <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
    <link rel="stylesheet" href="/src/style/base.css" />`

const noScript = `<noscript>
      <main class="page narrow">
        <h1>This page needs JavaScript</h1>
        <p>What it does runs in the browser. Turn JavaScript on for this site and load the page again.</p>
      </main>
    </noscript>`
