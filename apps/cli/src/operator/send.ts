/** Hands a request to the server. `path`: from the first slash, with the query. Errors: `CommandError`. */
export type Send = (path: string, init: RequestInit) => Promise<Sent>

export interface Sent {
  readonly status: number
  readonly text: string
}
