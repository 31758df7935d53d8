/** What a page may do beyond showing itself (CSP Level 3). Everything it loads is from this origin. */
interface Needs {
  readonly connect: "'self'" | "'none'"
  readonly forms: "'self'" | "'none'"
  /** The one policy of Trusted Types that it makes, for the address of its worker; without, no string becomes code or markup. */
  readonly trustedTypes?: string
}

const talksToUs: Needs = { connect: "'self'", forms: "'self'" }

/** For what people paste into: whatever it is, and whatever it does to the page, nothing of it leaves. */
const talksToNobody: Needs = { connect: "'none'", forms: "'none'" }

const needs: { readonly [file: string]: Needs } = {
  '/tools/index.html': talksToNobody,
  '/tools/decoder.html': talksToNobody,
  '/tools/json.html': { ...talksToNobody, trustedTypes: 'hallpass-worker' },
  '/tools/advisor.html': talksToNobody,
  '/tools/comparison.html': talksToNobody,
}

/** The policy of one of the built pages, by its file: nothing inline, nothing from elsewhere, nobody may frame it. */
export function policyOfPage(file: string): string {
  const { connect, forms, trustedTypes } = needs[file] ?? talksToUs
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src ${connect}`,
    ...(trustedTypes === undefined ? [] : ["worker-src 'self'"]),
    "manifest-src 'self'",
    `form-action ${forms}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "require-trusted-types-for 'script'",
    `trusted-types ${trustedTypes ?? "'none'"}`,
  ].join('; ')
}

/** Everything that is no page is data. */
export const dataPolicy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
