export type RuleGroup = 'form' | 'header' | 'signature' | 'claims'

/** What people are told of one rule. */
export interface RuleWords {
  readonly group: RuleGroup
  /** What must be so. */
  readonly demand: string
  /** What to do where it is not. */
  readonly remedy: string
  readonly standard: string
}

const bringsAlong = (member: string, why: string, standard: string): RuleWords => ({
  group: 'header',
  demand: `The header carries no ${member}, ${why}`,
  remedy: `Have the issuer leave ${member} out.`,
  standard,
})

const claim = (demand: string, remedy: string, standard: string): RuleWords => ({
  group: 'claims',
  demand,
  remedy,
  standard,
})

/** By the name of the rule. */
export const ruleWords: { readonly [rule: string]: RuleWords } = {
  length: {
    group: 'form',
    demand: 'The token has at most 8,192 characters.',
    remedy: 'Put fewer claims into it: it travels with every request.',
    standard: 'RFC 8725, section 3.11',
  },
  form: {
    group: 'form',
    demand: 'It is three parts of base64url, with a dot between them and nothing around them.',
    remedy: 'Send it exactly as it was issued: no white space, no padding, nothing cut off.',
    standard: 'RFC 7515, section 7.1',
  },
  header: {
    group: 'form',
    demand: 'The header is one JSON object that can be read in one way only.',
    remedy: 'Have the issuer write plain JSON in UTF-8, every name once.',
    standard: 'RFC 8725, section 2.13',
  },
  'signature-spelling': {
    group: 'form',
    demand: 'The signature is spelt in the one way that base64url has for it.',
    remedy: 'Send it exactly as it was issued: its last character was changed.',
    standard: 'RFC 4648, section 3.5',
  },
  crit: bringsAlong('crit', 'which asks for extensions that no access token needs.', 'RFC 7515, section 4.1.11'),
  b64: bringsAlong('b64', 'which changes what is signed.', 'RFC 7797'),
  zip: bringsAlong('zip', 'which lets a small token become a huge one.', 'RFC 8725, section 2.5'),
  jwk: bringsAlong('jwk', 'a key of its own making.', 'RFC 8725, section 3.10'),
  jku: bringsAlong('jku', 'an address that a verifier would be sent to.', 'RFC 8725, section 3.10'),
  x5u: bringsAlong('x5u', 'an address that a verifier would be sent to.', 'RFC 8725, section 3.10'),
  x5c: bringsAlong('x5c', 'a certificate of its own choosing.', 'RFC 8725, section 3.10'),
  typ: {
    group: 'header',
    demand: 'typ is one of the expected types.',
    remedy: 'Send an access token, not an ID token; or have the verifier expect what this issuer writes.',
    standard: 'RFC 8725, section 3.11; RFC 9068, section 4',
  },
  kid: {
    group: 'header',
    demand: 'kid names a key.',
    remedy: 'Have the issuer put the id of its signing key into the header.',
    standard: 'RFC 7515, section 4.1.4',
  },
  key: {
    group: 'signature',
    demand: 'The issuer has a key with that kid.',
    remedy: "Take the issuer's current JWK Set; a key that is not in it any more was rotated away or revoked.",
    standard: 'RFC 7517, section 4.5',
  },
  alg: {
    group: 'signature',
    demand: "alg is the key's algorithm.",
    remedy: 'Never take the algorithm from the token. If the token is honest, the key is another one.',
    standard: 'RFC 8725, section 3.1',
  },
  signature: {
    group: 'signature',
    demand: 'The signature is right.',
    remedy: 'Believe nothing that it says: it was changed, or signed with another key.',
    standard: 'RFC 7515, section 5.2',
  },
  payload: {
    group: 'claims',
    demand: 'The payload is one JSON object that can be read in one way only.',
    remedy: 'Have the issuer write plain JSON in UTF-8, every name once.',
    standard: 'RFC 8725, section 2.13',
  },
  iss: claim(
    'iss is the expected issuer, character by character.',
    'Set the issuer that the tokens name, down to the last slash; or send a token of the right issuer.',
    'RFC 7519, section 4.1.1',
  ),
  aud: claim(
    'aud names the expected audience.',
    'Ask the issuer for a token for this service: one for another service is none for this one.',
    'RFC 7519, section 4.1.3',
  ),
  sub: claim(
    'sub names somebody: text of 1 to 1,024 characters.',
    'Have the issuer say whom the token is about.',
    'RFC 9068, section 2.2',
  ),
  jti: claim(
    'jti is an id, where the type asks for one.',
    'Have the issuer give each token an id.',
    'RFC 9068, section 2.2',
  ),
  client_id: claim(
    'client_id names the program that asked for it, where the type asks for that.',
    'Have the issuer name the program.',
    'RFC 9068, section 2.2',
  ),
  exp: claim('exp is a time.', 'Have the issuer write seconds since 1970, as a number.', 'RFC 7519, section 4.1.4'),
  iat: claim('iat is a time.', 'Have the issuer write seconds since 1970, as a number.', 'RFC 7519, section 4.1.6'),
  'iat-past': claim(
    'iat does not lie in the future.',
    'Set the clocks of issuer and verifier: they differ by more than the tolerance.',
    'RFC 7519, section 4.1.6',
  ),
  nbf: claim(
    'nbf has come, where there is one.',
    'Wait until then; or set the clocks of issuer and verifier.',
    'RFC 7519, section 4.1.5',
  ),
  lifetime: claim(
    'It lives no longer than the longest lifetime.',
    'Have the issuer make shorter tokens, or raise the longest lifetime that the verifier takes.',
    'RFC 8725, section 3.10',
  ),
  sid: claim(
    'sid names a session, where there is one.',
    'Have the issuer write text.',
    'OpenID Connect Front-Channel Logout',
  ),
  scope: claim(
    'scope is text, where there is one.',
    'Have the issuer write words with spaces between.',
    'RFC 8693, section 4.2',
  ),
  act: claim(
    'act names who acts, where there is one.',
    'Have the issuer write { "sub": ... }.',
    'RFC 8693, section 4.1',
  ),
  expired: claim('It has not expired.', 'Get a new one: refresh, or sign in again.', 'RFC 7519, section 4.1.4'),
}
