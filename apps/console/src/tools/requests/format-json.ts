/** In a chunk of its own: not every answer is JSON. */
export { prettyJson } from 'hallpass/inspect'
