import type { Hallpass } from '../api.js'
import type { RequestView } from '../http/request-view.js'
import type { ResponsePatch } from '../http/response-patch.js'

/** One method of one address. Throws the errors of the one API; the table turns them into problem documents. */
export type Endpoint = (auth: Hallpass, view: RequestView, parameter: string) => Promise<ResponsePatch>
