/** Words of the page that lists the tools, and of what every tool has around it. */

export const strings = {
  brand: 'Hallpass tools',
  navigation: 'Tools',
  title: 'Tools',
  lead: 'For looking at what travels between browsers and servers. None of them needs an account, and none sends what you paste anywhere.',
  tools: {
    decoder: {
      name: 'Token decoder',
      text: 'What a token says, when it expires, whether its signature holds, and why a verifier would refuse it.',
    },
    json: {
      name: 'JSON formatter',
      text: 'Format, check, sort and search JSON of any size that fits in memory, with the exact place of each error.',
    },
    requests: {
      name: 'API tester',
      text: 'Send a request and see all of the answer: status, headers, every flag of every cookie, and the time it took.',
    },
    advisor: {
      name: 'Advisor',
      text: 'A few questions, and then a way to carry sessions: why, what it costs, and the configuration to copy.',
    },
    comparison: {
      name: 'Comparison',
      text: 'Session cookies, JWTs, deny-lists, hybrids and Hallpass side by side, measured rather than asserted.',
    },
  },
}
