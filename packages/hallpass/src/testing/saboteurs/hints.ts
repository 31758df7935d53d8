import { inLog, type Saboteur } from './overlaid.js'

export const hintSaboteurs: readonly Saboteur[] = [
  inLog('calls nobody', 'subscribe: an entry is heard of soon after it was appended', () => ({
    subscribe: () => () => undefined,
  })),
  inLog('tells of entries only', 'subscribe: an acknowledgement is heard of soon after it was noted', (log) => ({
    subscribe: (heard) =>
      log.subscribe((hint) => {
        if (hint.about === 'entry') heard(hint)
      }),
  })),
  inLog('goes on telling who has stopped', 'subscribe: who has stopped hears nothing more, and others do', (log) => ({
    subscribe(heard) {
      log.subscribe(heard)
      return () => undefined
    },
  })),
  inLog('stops telling everybody', 'subscribe: who has stopped hears nothing more, and others do', (log) => {
    const stops: (() => void)[] = []
    return {
      subscribe(heard) {
        stops.push(log.subscribe(heard))
        return () => {
          for (const stop of stops) stop()
        }
      },
    }
  }),
]
