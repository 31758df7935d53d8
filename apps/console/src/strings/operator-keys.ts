/** Words of the page about keys. */

export const keyWords = {
  keys: {
    title: 'Keys',
    lead: 'With what access tokens are signed, and what happens to it next.',
    timeline: 'The key ring in time',
    now: 'now',
    rotates: 'rotates',
    states: { next: 'Next', active: 'Active', retiring: 'Retiring', retired: 'Retired' },
    meanings: {
      next: 'Published, so that everybody has it before it signs.',
      active: 'Signs.',
      retiring: 'Signs no more; verifies until the last token it signed has expired.',
      retired: 'Does nothing any more.',
    },
    unmade: 'made by the rotation',
    since: 'Since',
    until: { next: 'Goes to work', active: 'Retires', retiring: 'Goes', retired: 'Goes' },
    open: 'Nothing is due',
    revoke: 'Revoke',
    revokeLabel: (kid: string) => `Revoke the key ${kid} in an emergency`,
    rotateTitle: 'Rotate',
    rotatesBy: 'The next key goes to work by itself',
    rehearse: 'Rehearse a rotation',
    rehearsing: 'Rehearsing…',
    rotate: 'Rotate now',
    rotated: (kid: string) => `The key ${kid} signs from now on.`,
    rehearsal: 'What a rotation would do',
    safe: 'It is safe: every verifier that keeps to the cache times has the next key.',
    unsafe: 'Not yet: before that, some verifier may not have the next key, and a rotation is refused. It is safe',
    from: 'From',
    to: 'To',
    key: 'Key',
    changesCaption: 'Each key, and what it would be after the rotation',
    informed: (upToDate: number, all: number) =>
      upToDate === all
        ? `${all === 1 ? 'The one instance has' : `All ${all} instances have`} heard of the ring as it stands.`
        : `${upToDate} of ${all} instances are known to have heard of the ring as it stands.`,
  },

  rotate: {
    title: 'Rotate the signing keys?',
    text: (active: string, next: string) =>
      `The key ${next} signs from now on. ${active} goes on verifying until its last token has expired: nobody is signed out.`,
    yes: 'Rotate',
    busy: 'Rotating…',
  },

  revokeKey: {
    title: 'Revoke this key in an emergency?',
    text: (kid: string) =>
      `Every access token that ${kid} signed is refused at once, everywhere. Browsers refresh by themselves; services ask for new tokens. For a key that may have leaked.`,
    word: 'revoke',
    yes: 'Revoke the key',
    busy: 'Revoking…',
    done: (kid: string) => `The key ${kid} is revoked.`,
  },
}
