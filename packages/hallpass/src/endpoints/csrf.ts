import { jsonPatch } from '../http/problem.js'
import type { Endpoint } from './endpoint.js'

/** GET csrf: a double-submit token for the `Hallpass-CSRF` header, fresh in every answer (BREACH). */
export const csrf: Endpoint = async (auth, view) => jsonPatch(200, { token: await auth.csrf.issue(view) })
