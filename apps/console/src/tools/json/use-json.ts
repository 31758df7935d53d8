import { useEffect, useRef, useState } from 'preact/hooks'
import { strings } from '../../strings/json'
import type { About, Arranged, Arrangement, Ask, Asks, Opened, Place } from './messages'
import { Cancelled, WorkerClient } from './worker-client'

export interface Busy {
  readonly what: string
  /** From 0 to 1; null: not known yet. */
  readonly done: number | null
  readonly cancel: () => void
}

export interface Found {
  readonly text: string
  readonly count: number
  /** The one that is shown; -1: none yet. */
  readonly index: number
}

export type View = 'tree' | 'text'

/** Where a view is to go; each is a new object, so that going to the same place twice works. */
export interface Target {
  readonly row: number
}

interface Targets {
  readonly tree: Target | null
  readonly text: Target | null
}

interface Shown extends Arranged {
  /** Another one whenever the rows are others than before. */
  readonly version: number
}

const nothing: Shown = { rows: 0, lines: 0, refusal: null, version: 0 }
const notSought: Found = { text: '', count: 0, index: -1 }

/** What is open, how it is shown, and everything that can be done with it. */
export function useJson() {
  const client = useClient()
  const [opened, setOpened] = useState<Opened | null>(null)
  const [arrangement, setArrangement] = useState<Arrangement>({ sorted: false, indent: '  ' })
  const [view, setView] = useState<View>('tree')
  const places = usePlaces()
  const { show, goTo, goToTop } = places
  const work = useLongWork(client)
  const { found, find, step, forget } = useFinding(client, work, places)

  const open = (source: string | File): void =>
    work.run(strings.reading, 'open', { source }, async (answer) => {
      setOpened(answer)
      show(answer)
      goToTop()
      forget()
      if (answer.fault !== null) goTo(await client().ask('reveal', { offset: answer.fault.told.place.offset }).answer)
    })
  const close = (): void => {
    work.cancel()
    setOpened(null)
    forget()
    // so that the worker lets go of what it holds
    work.run(strings.reading, 'open', { source: 'null' }, () => undefined)
  }
  const arrange = (wanted: Arrangement): void => {
    setArrangement(wanted)
    work.run(
      strings.arranging,
      'arrange',
      wanted,
      (answer) => {
        show(answer)
        goToTop()
        forget()
      },
      () => setArrangement(arrangement),
    )
  }
  const toggle = async (entry: number, isOpen: boolean): Promise<void> =>
    show(await client().ask('toggle', { entry, open: isOpen }).answer)
  const expand = async (levels: number): Promise<void> => {
    show(await client().ask('expand', { levels }).answer)
    goToTop()
  }
  const reveal = async (offset: number): Promise<void> => goTo(await client().ask('reveal', { offset }).answer)
  const write = (entry = 0): Promise<Blob> => work.promise(strings.writing, 'write', { entry })
  return {
    ...places,
    ...{ opened, arrangement, view, setView, found, busy: work.busy, failure: work.failure },
    ...{ open, close, arrange, toggle, expand, find, step, reveal, write, ...questions(client) },
  }
}

export type Json = ReturnType<typeof useJson>

/** What is looked for, and which of what was found is shown. */
function useFinding(client: () => WorkerClient, work: LongWork, { show, goTo }: Places) {
  const [found, setFound] = useState<Found>(notSought)
  const showFound = async (text: string, count: number, index: number): Promise<void> => {
    setFound({ text, count, index })
    if (count > 0) goTo(await client().ask('found', { index }).answer)
    else show({})
  }
  const find = (text: string): void =>
    work.run(strings.finding, 'find', { text }, ({ count }) => showFound(text, count, count === 0 ? -1 : 0))
  const step = (by: 1 | -1): void => {
    const { text, count, index } = found
    if (count > 0) void showFound(text, count, (index + by + count) % count)
  }
  return { found, find, step, forget: () => setFound(notSought) }
}

/** What the views ask for to show it. */
function questions(client: () => WorkerClient) {
  return {
    about: (entry: number): Promise<About> => client().ask('about', { entry }).answer,
    rows: (from: number, to: number) => client().ask('rows', { from, to }).answer,
    lines: (from: number, to: number) => client().ask('lines', { from, to }).answer,
  }
}

/** How many rows there are, and where among them the views are. */
function usePlaces() {
  const [shown, setShown] = useState<Shown>(nothing)
  const [selected, setSelected] = useState(0)
  const [targets, setTargets] = useState<Targets>({ tree: null, text: null })
  const show = (counts: Partial<Arranged>): void => setShown((now) => ({ ...now, ...counts, version: now.version + 1 }))
  const goTo = (place: Place): void => {
    show(place)
    setTargets({ tree: { row: place.row }, text: { row: place.line } })
    if (place.row >= 0) setSelected(place.row)
  }
  const goToTop = (): void => {
    setSelected(0)
    setTargets({ tree: { row: 0 }, text: { row: 0 } })
  }
  return { shown, show, selected, setSelected, targets, goTo, goToTop }
}

type Places = ReturnType<typeof usePlaces>
type LongWork = ReturnType<typeof useLongWork>

/** The worker starts when the page does, and is there when the first text comes. */
function useClient(): () => WorkerClient {
  const client = useRef<WorkerClient | null>(null)
  const get = (): WorkerClient => (client.current ??= new WorkerClient())
  useEffect(() => void get(), [])
  return get
}

/** One long work at a time: what is asked for next takes its place. */
function useLongWork(client: () => WorkerClient) {
  const [busy, setBusy] = useState<Busy | null>(null)
  const [failure, setFailure] = useState<string | null>(null)
  const cancel = useRef<() => void>(() => undefined)
  const tell = (error: unknown): void => {
    if (!(error instanceof Cancelled)) setFailure(error instanceof Error ? error.message : String(error))
  }

  const promise = async <Name extends Ask>(
    what: string,
    ask: Name,
    asked: Asks[Name]['asked'],
  ): Promise<Asks[Name]['answer']> => {
    cancel.current()
    const mine = client().ask(ask, asked, (done) => {
      if (cancel.current === mine.cancel) setBusy({ what, done, cancel: mine.cancel })
    })
    cancel.current = mine.cancel
    setBusy({ what, done: null, cancel: mine.cancel })
    setFailure(null)
    try {
      return await mine.answer
    } catch (error) {
      tell(error)
      throw error
    } finally {
      if (cancel.current === mine.cancel) {
        cancel.current = () => undefined
        setBusy(null)
      }
    }
  }
  const run = <Name extends Ask>(
    what: string,
    ask: Name,
    asked: Asks[Name]['asked'],
    then: (answer: Asks[Name]['answer']) => void | Promise<void>,
    otherwise?: () => void,
  ): void => {
    promise(what, ask, asked)
      .then(then, () => otherwise?.())
      .catch(tell)
  }
  return { busy, failure, run, promise, cancel: () => cancel.current() }
}
