import type { Measured } from './comparison.js'

/** Written by `npm run compare`: nobody edits it. */
export const measured: Measured = {
  date: '2026-11-21',
  machine: { node: 'v20.20.2', cores: 2, redis: '7.0.15', chromium: '150' },
  shortenedBy: 15,
  warm: { requests: 1000, seconds: 5 },
  ways: [
    {
      id: 'session-cookies',
      packages: { 'express-session': '1.19.0', 'connect-redis': '9.0.0', redis: '5.12.1' },
      keys: ['sess:…'],
      bytesPerRequest: 102,
      commands: { GET: 1000, EXPIRE: 1000 },
      revocation: {
        untilExp: null,
        here: { acceptedFor: 0, checks: 243, accepted: 0 },
        elsewhere: { acceptedFor: 0, checks: 238, accepted: 0 },
      },
      xss: { looked: ['document.cookie', 'localStorage'], carriedAway: [], actsWhileOpen: true },
      csrf: {
        asItComes: { 'another site': { form: true, fetch: false }, 'a sibling': { form: true, fetch: true } },
        withSameSite: { 'another site': { form: false, fetch: false }, 'a sibling': { form: true, fetch: true } },
      },
    },
    {
      id: 'jwt',
      packages: { jsonwebtoken: '9.0.3' },
      keys: [],
      bytesPerRequest: 317,
      commands: {},
      revocation: {
        untilExp: { configuredSeconds: 900, tokenSeconds: 60 },
        here: { acceptedFor: 58993, checks: 8962, accepted: 8675 },
        elsewhere: { acceptedFor: 58993, checks: 8967, accepted: 8682 },
      },
      xss: { looked: ['document.cookie', 'localStorage'], carriedAway: ['localStorage'], actsWhileOpen: true },
      csrf: {
        asItComes: { 'another site': { form: false, fetch: false }, 'a sibling': { form: false, fetch: false } },
        withSameSite: null,
      },
    },
    {
      id: 'deny-list',
      packages: { jsonwebtoken: '9.0.3', redis: '5.12.1' },
      keys: [],
      bytesPerRequest: 317,
      commands: { EXISTS: 1000 },
      revocation: {
        untilExp: null,
        here: { acceptedFor: 0, checks: 271, accepted: 0 },
        elsewhere: { acceptedFor: 0, checks: 271, accepted: 0 },
      },
      xss: { looked: ['document.cookie', 'localStorage'], carriedAway: ['localStorage'], actsWhileOpen: true },
      csrf: {
        asItComes: { 'another site': { form: false, fetch: false }, 'a sibling': { form: false, fetch: false } },
        withSameSite: null,
      },
    },
    {
      id: 'hybrid-by-hand',
      packages: { jsonwebtoken: '9.0.3', redis: '5.12.1' },
      keys: ['refresh:…'],
      bytesPerRequest: 310,
      commands: {},
      revocation: {
        untilExp: { configuredSeconds: 300, tokenSeconds: 20 },
        here: { acceptedFor: 19317, checks: 3051, accepted: 2753 },
        elsewhere: { acceptedFor: 19316, checks: 3031, accepted: 2736 },
      },
      xss: { looked: ['document.cookie', 'localStorage', 'the refresh answer'], carriedAway: [], actsWhileOpen: true },
      csrf: {
        asItComes: { 'another site': { form: true, fetch: false }, 'a sibling': { form: true, fetch: true } },
        withSameSite: { 'another site': { form: false, fetch: false }, 'a sibling': { form: true, fetch: true } },
      },
    },
    {
      id: 'hallpass-session',
      packages: {},
      keys: ['{hallpass:04}:expiry', '{hallpass:04}:session:…', '{hallpass:04}:sessions:…', '{hallpass:04}:subjects'],
      bytesPerRequest: 102,
      commands: { 'log-renew': 9 },
      revocation: {
        untilExp: null,
        here: { acceptedFor: 0, checks: 259, accepted: 0 },
        elsewhere: { acceptedFor: 0, checks: 259, accepted: 0 },
      },
      xss: { looked: ['document.cookie', 'localStorage', 'the refresh answer'], carriedAway: [], actsWhileOpen: true },
      csrf: {
        asItComes: { 'another site': { form: false, fetch: false }, 'a sibling': { form: false, fetch: false } },
        withSameSite: null,
      },
    },
    {
      id: 'hallpass-hybrid',
      packages: {},
      keys: ['{hallpass:04}:expiry', '{hallpass:04}:session:…', '{hallpass:04}:sessions:…', '{hallpass:04}:subjects'],
      bytesPerRequest: 601,
      commands: { 'log-renew': 8 },
      revocation: {
        untilExp: null,
        here: { acceptedFor: 0, checks: 284, accepted: 0 },
        elsewhere: { acceptedFor: 0, checks: 283, accepted: 0 },
      },
      xss: { looked: ['document.cookie', 'localStorage', 'the refresh answer'], carriedAway: [], actsWhileOpen: true },
      csrf: {
        asItComes: { 'another site': { form: false, fetch: false }, 'a sibling': { form: false, fetch: false } },
        withSameSite: null,
      },
    },
  ],
}
