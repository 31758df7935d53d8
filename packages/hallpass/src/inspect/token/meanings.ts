/** What a member of a header or payload means, and where that is written. */
export interface Meaning {
  readonly meaning: string
  readonly standard: string | null
  /** Whether it is a time, in seconds since 1970. */
  readonly isTime: boolean
}

type Table = { readonly [name: string]: readonly [meaning: string, standard: string] }

const jws = 'RFC 7515'
const jwe = 'RFC 7516'
const jwt = 'RFC 7519'
const accessToken = 'RFC 9068'
const oidc = 'OpenID Connect Core'
const dpop = 'RFC 9449'
const own = 'Hallpass'

const headerMembers: Table = {
  alg: ['The algorithm of the signature. A verifier must know it from the key, and never take it from here.', jws],
  typ: [
    'What kind of token this is, so that one kind is never taken for another. Access tokens say at+jwt.',
    accessToken,
  ],
  kid: ["The id of the issuer's key that signed it.", jws],
  cty: ['What the content is; JWT for a token within a token.', jws],
  crit: ['Names members that a verifier must understand, or refuse the token.', jws],
  b64: ['Whether the payload is encoded at all.', 'RFC 7797'],
  zip: ['The content is compressed: a small token may become a huge one.', jwe],
  jwk: ['A key that the token brings along. Whoever believes it believes any token.', jws],
  jku: ['An address of keys that the token brings along. Whoever fetches it can be sent anywhere.', jws],
  x5u: ['An address of a certificate that the token brings along.', jws],
  x5c: ['A chain of certificates that the token brings along.', jws],
  x5t: ['The SHA-1 thumbprint of the certificate.', jws],
  'x5t#S256': ['The SHA-256 thumbprint of the certificate.', jws],
  enc: ['The algorithm that encrypts the content.', jwe],
  epk: ["The sender's public key, made for this token alone.", 'RFC 7518'],
  apu: ['About the sender, for the agreement on a key.', 'RFC 7518'],
  apv: ['About the recipient, for the agreement on a key.', 'RFC 7518'],
  iv: ['The initialization vector of the encrypted key.', 'RFC 7518'],
  tag: ['The authentication tag of the encrypted key.', 'RFC 7518'],
  p2s: ['The salt of a key that is made from a password.', 'RFC 7518'],
  p2c: ['How many rounds make a key from a password. A large number keeps a verifier busy.', 'RFC 7518'],
  nonce: ['A value that is used once.', oidc],
}

const claims: Table = {
  iss: ['The issuer: who made this token. A verifier compares it character by character.', jwt],
  sub: ['The subject: whom the token is about.', jwt],
  aud: ['The audience: who is to accept it. Everybody else must refuse it.', jwt],
  exp: ['When it expires.', jwt],
  nbf: ['From when on it is good.', jwt],
  iat: ['When it was issued.', jwt],
  jti: ['The id of this one token, by which it can be revoked or recognised when it comes twice.', jwt],
  client_id: ['The program that asked for it.', accessToken],
  scope: ['What it is good for, separated by spaces.', 'RFC 8693'],
  auth_time: ['When the person last signed in or proved who they are.', accessToken],
  acr: ['How sure the sign-in was, as the issuer names it.', accessToken],
  amr: ['How the person signed in: pwd for a password, otp, hwk for a key, mfa.', 'RFC 8176'],
  roles: ['The roles of the subject.', accessToken],
  groups: ['The groups of the subject.', accessToken],
  entitlements: ['What the subject may do.', accessToken],
  act: ['Who acts for the subject, and before whom.', 'RFC 8693'],
  may_act: ['Who may act for the subject.', 'RFC 8693'],
  cnf: ['The key that the bearer must prove to have: stolen without it, the token is worth nothing.', 'RFC 7800'],
  sid: ['The session that it belongs to.', 'OpenID Connect Front-Channel Logout'],
  gen: ['How often the refresh token of its session had rotated.', own],
  sv: ['The version of the subject: raised when all of its sessions are ended.', own],
  dv: ['The version of the deployment: raised when all sessions of everybody are ended.', own],
  sc: ['The change counter of the subject: a token with an older one is stale.', own],
  cc: ['The change counter of the session: a token with an older one is stale.', own],
  azp: ['The program that the token was issued to.', oidc],
  nonce: ['Ties the token to the request that asked for it.', oidc],
  at_hash: ['A hash of the access token that came with it.', oidc],
  c_hash: ['A hash of the code that came with it.', oidc],
  name: ['The full name of the person.', oidc],
  given_name: ['The given names of the person.', oidc],
  family_name: ['The family name of the person.', oidc],
  nickname: ['What the person is called.', oidc],
  preferred_username: ['The name the person signs in with. It can change: no key for accounts.', oidc],
  profile: ['The address of a page about the person.', oidc],
  picture: ['The address of a picture of the person.', oidc],
  email: ['The email address of the person. It can change: no key for accounts.', oidc],
  email_verified: ['Whether the issuer has checked that address.', oidc],
  phone_number: ['The telephone number of the person.', oidc],
  phone_number_verified: ['Whether the issuer has checked that number.', oidc],
  birthdate: ['The birthday of the person.', oidc],
  zoneinfo: ['The time zone of the person.', oidc],
  locale: ['The language of the person.', oidc],
  address: ['The postal address of the person.', oidc],
  updated_at: ['When these facts about the person last changed.', oidc],
  htm: ['The method of the one request that this proof is for.', dpop],
  htu: ['The address of the one request that this proof is for.', dpop],
  ath: ['A hash of the access token that this proof goes with.', dpop],
  events: ['What happened: a security event.', 'RFC 8417'],
  toe: ['When that happened.', 'RFC 8417'],
  txn: ['The transaction that it belongs to.', 'RFC 8417'],
  authorization_details: ['What it is good for, in detail.', 'RFC 9396'],
}

const times: ReadonlySet<string> = new Set(['exp', 'nbf', 'iat', 'auth_time', 'updated_at', 'toe'])

/** What a member means. Of names that no standard knows, that. */
export function meaningOf(part: 'header' | 'payload', name: string): Meaning {
  const table = part === 'header' ? headerMembers : claims
  // An encrypted token may repeat claims in its header (RFC 7519, section 5.3).
  const known = entry(table, name) ?? entry(claims, name)
  if (known === undefined)
    return { meaning: "The issuer's own: no standard here names it.", standard: null, isTime: false }
  return { meaning: known[0], standard: known[1], isTime: times.has(name) }
}

function entry(table: Table, name: string): Table[string] | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined
}
