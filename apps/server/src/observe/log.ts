import { type DestinationStream, type Logger, pino, stdSerializers } from 'pino'

export type { Logger } from 'pino'

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

/** Lines of JSON. What goes in is chosen field by field: never a body, a cookie, a header or a query. */
export function createLog(level: LogLevel, destination?: DestinationStream): Logger {
  const options = { level, base: null, serializers: { error: stdSerializers.err } }
  return destination === undefined ? pino(options) : pino(options, destination)
}
