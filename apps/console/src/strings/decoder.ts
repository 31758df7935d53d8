/** Labels of the token decoder. What is said of tokens comes from `hallpass/inspect`, which the command line says too. */

const number = new Intl.NumberFormat('en')

export const strings = {
  title: 'Token decoder',
  lead: 'What a token says, when it expires, whether its signature holds, and why a verifier would refuse it.',
  privacy: 'Nothing you paste leaves this page: its policy forbids every connection. It works offline, too.',

  token: 'Token',
  tokenHint: 'As it is, or with what stands around it: Bearer, quotes, an Authorization or Cookie header.',
  example: 'Try an example',
  clear: 'Clear',
  shortened: (length: number, kept: number) =>
    `${number.format(length)} characters were pasted; the field shows the first ${number.format(kept)}.`,

  verdict: 'Verdict',
  parts: 'The token in its parts',
  more: (count: number) => `and ${number.format(count)} more characters`,
  size: (characters: number) => `${number.format(characters)} characters`,

  expectations: 'What the verifier expects',
  keys: 'Key',
  keysHint: 'A JWK Set, a JWK, a public key in PEM, or the secret of HS256.',
  issuer: 'Issuer (iss)',
  audience: 'Audience (aud)',
  types: 'Types (typ)',
  typesHint: 'Separated by spaces; none for tokens without a type.',
  lifetime: 'Longest lifetime, seconds',
  idle: 'Issuer and audience are filled in from the token itself, so those two checks prove nothing yet. Put in what your verifier expects.',

  rules: 'Rule by rule',
  rulesHint: 'In the order in which a verifier asks. The first that fails is its reason.',
  groups: { form: 'Form', header: 'Header', signature: 'Key and signature', claims: 'Claims and time' },
  outcomes: { passed: 'Passed', failed: 'Failed', 'not-checked': 'Not checked' },

  header: 'Header',
  payload: 'Claims',
  captions: {
    header: 'Members of the header, and what they mean',
    payload: 'Claims of the payload, and what they mean',
  },
  columns: { name: 'Name', value: 'Value', meaning: 'Meaning', bytes: 'Size' },
  bytes: (count: number) => `${number.format(count)} B`,
}
