import { policyOf } from './configuration.js'
import type { Plan } from './plan.js'

/** A file of the application, to copy. */
export interface CodeFile {
  readonly name: string
  readonly text: string
}

/** The same advice for the library: the file that makes `auth`, and what checks tokens elsewhere. */
export function codeFor(plan: Plan): readonly CodeFile[] {
  const files = [{ name: 'auth.ts', text: authFile(plan) }]
  if (plan.carriage === 'edge') return [...files, { name: 'edge.ts', text: edgeFile }]
  if (plan.carriage === 'gateway') return [...files, { name: 'orders.ts', text: verifierFile(ownAudience, false) }]
  if (plan.carriage === 'services')
    return [
      ...files,
      { name: 'orders.ts', text: verifierFile(ownAudience, plan.verifiers === 'log') },
      { name: 'service-token.ts', text: serviceTokenFile },
    ]
  if (plan.verifiers === 'none') return files
  return [...files, { name: 'orders.ts', text: verifierFile('issuer', plan.verifiers === 'log') }]
}

const ownAudience = "'https://orders.example'"

const stores: {
  readonly [Store in Plan['store']]: { readonly imports: string; readonly before: string; readonly value: string }
} = {
  sqlite: { imports: `import { sqlite } from 'hallpass/sqlite'`, before: '', value: `sqlite('auth.db')` },
  postgres: {
    imports: `import { postgres } from 'hallpass/postgres'\nimport pg from 'pg'`,
    before: `const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'] })\n`,
    value: 'postgres(pool)',
  },
  redis: {
    imports: `import { createClient } from '@redis/client'\nimport { redis } from 'hallpass/redis'`,
    before: `const client = createClient({ url: process.env['REDIS_URL']!, disableOfflineQueue: true })
client.on('error', (error) => console.error(error))
await client.connect()
`,
    value: 'redis(client)',
  },
}

function authFile(plan: Plan): string {
  const { imports, before, value } = stores[plan.store]
  const policy = Object.entries(policyOf(plan)).map(([name, setting]) => `  ${name}: ${literal(setting)},`)
  return `import { hallpass } from 'hallpass'
${imports}

${before === '' ? '' : `${before}\n`}export const auth = hallpass({
  issuer: process.env['AUTH_ISSUER']!,
  secret: process.env['AUTH_SECRET']!,
  store: ${value},
  strategy: '${plan.strategy}',
${policy.join('\n')}
})
`
}

/** JSON as it is written in a program: what has members takes a line for each. */
function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`
  if (typeof value === 'string') return `'${value}'`
  if (typeof value !== 'object' || value === null) return String(value)
  const members = Object.entries(value).map(([name, member]) => `    ${name}: ${literal(member)},\n`)
  return `{\n${members.join('')}  }`
}

function verifierFile(audience: string, followsLog: boolean): string {
  const log = `  log: { address: issuer, key: process.env['HALLPASS_LOG_KEY']! },\n`
  return `import { createVerifier, HallpassError, problemOf, type VerifiedClaims } from 'hallpass/verify'

const issuer = process.env['HALLPASS_ISSUER']!

export const verifier = createVerifier({
  issuer,
  audience: ${audience},
  jwks: \`\${issuer}/.well-known/jwks.json\`,
${followsLog ? log : ''}})

/** The claims of whoever calls; null for nobody. Throws where nobody can say: answer 503. */
export async function callerOf(authorization: string | undefined): Promise<VerifiedClaims | null> {
  const [, token = ''] = /^Bearer (.+)$/i.exec(authorization ?? '') ?? []
  const verdict = await verifier.verify(token)
  if (verdict.ok) return verdict.claims
  const refusal = new HallpassError(verdict.code)
  if (problemOf(refusal).status === 503) throw refusal
  return null
}
`
}

const serviceTokenFile = `/** A token in this service's own name, for one other service (RFC 6749, section 4.4). */
export async function serviceToken(audience: string): Promise<string> {
  const credentials = [process.env['CLIENT_ID']!, process.env['CLIENT_SECRET']!].map(encodeURIComponent).join(':')
  const answer = await fetch(\`\${process.env['HALLPASS_ISSUER']}/oauth/token\`, {
    method: 'POST',
    headers: { authorization: \`Basic \${btoa(credentials)}\` },
    body: new URLSearchParams({ grant_type: 'client_credentials', audience }),
  })
  if (!answer.ok) throw new Error(\`the token endpoint answered \${answer.status}\`)
  const { access_token: token } = (await answer.json()) as { access_token: string }
  return token
}
`

const edgeFile = `import { createVerifier, HallpassError, problemOf, type Verifier } from 'hallpass/verify'

let verifier: Verifier | undefined

/** Turns strangers away before they reach the origin, which judges every request that gets there again. */
export default {
  async fetch(request: Request, { HALLPASS_ISSUER: issuer }: { readonly HALLPASS_ISSUER: string }): Promise<Response> {
    verifier ??= createVerifier({ issuer, audience: issuer, jwks: \`\${issuer}/.well-known/jwks.json\` })
    const verdict = await verifier.verify(tokenOf(request.headers))
    // the origin has it refreshed
    if (verdict.ok || verdict.code === 'expired') return fetch(request)
    const problem = problemOf(new HallpassError(verdict.code))
    return Response.json(problem, { status: problem.status })
  },
}

function tokenOf(headers: Headers): string {
  const [, bearer] = /^Bearer (.+)$/i.exec(headers.get('authorization') ?? '') ?? []
  const [, cookie] = /(?:^|; *)__Host-Http-hallpass-access=([^;]+)/.exec(headers.get('cookie') ?? '') ?? []
  return bearer ?? cookie ?? ''
}
`
