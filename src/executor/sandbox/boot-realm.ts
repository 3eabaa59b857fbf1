/** What the first line to a process says: the job. */
export interface Start {
  readonly code: string
  readonly input: unknown
  readonly given: unknown
  readonly now: number
  readonly seed: number
}

/** What the later lines say: what became of a wish. */
export interface Told {
  readonly id: number
  readonly value?: unknown
  readonly refused?: string
}

export type Receive = (line: string, evaluate?: () => unknown) => void

/** How the realm is heard: what it says, what it wishes, and what it is told of that. */
interface Desk {
  say(message: object): void
  wish(wanted: object): Promise<unknown>
  answer(told: Told): void
}

/**
 * The first thing that runs in the realm of the code, before any of it: fixes what its clock and its chance say, takes away what has no
 * use there, and makes its world. The functions of this file cross to the process as text: they use each other, and nothing else. All that
 * crosses between the realm and the process are texts, for an object would bring its constructors with it.
 */
export function realmText(): string {
  const parts = [bootRealm, openDesk, begin, worldOf, told, fixTime, fixFormats, fixChance, takeAway]
  return `'use strict';(() => {${parts.join('\n')}\nreturn bootRealm})()`
}

function bootRealm(send: (line: string) => void, isConfined: boolean): Receive {
  const { parse } = JSON
  const desk = openDesk(send)
  const world = worldOf(desk)
  const setTime = fixTime()
  const setChance = fixChance()
  if (isConfined) takeAway()
  // All that can be done before the job is known is done by now: a process in waiting has it behind it.
  desk.say({ kind: 'ready' })
  return (line, evaluate) => {
    const said = parse(line)
    if (!evaluate) return desk.answer(said)
    setTime(said.now)
    setChance(said.seed)
    begin(desk, world, said, evaluate)
  }
}

function openDesk(send: (line: string) => void): Desk {
  const { stringify } = JSON
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  let wishes = 0
  const say = (message: object): void => send(stringify(message))
  return {
    say,
    wish: (wanted) =>
      new Promise((resolve, reject) => {
        const id = wishes + 1
        // Said first: what cannot be written is no wish, and takes no number.
        say({ kind: 'wish', id, wish: wanted })
        wishes = id
        waiting.set(id, { resolve, reject })
      }),
    answer({ id, value, refused }) {
      const found = waiting.get(id)
      waiting.delete(id)
      if (refused === undefined) found?.resolve(value)
      else found?.reject(new Error(refused))
    },
  }
}

function begin(desk: Desk, world: object, { input, given }: Start, evaluate: () => unknown): void {
  Promise.resolve()
    .then(() => {
      const run = evaluate()
      if (typeof run !== 'function') throw new TypeError('it exports no function "run"')
      return run(input, { ...world, ...(given as object) })
    })
    .then((output) => desk.say({ kind: 'done', output: output === undefined ? null : output }))
    .catch((error) => desk.say({ kind: 'threw', why: told(error) }))
}

function worldOf({ say, wish }: Desk): object {
  const { stringify } = JSON
  const act = (action: string, input: unknown) => wish({ what: 'act', action, input: input ?? {} })
  const written = (part: unknown): string => (typeof part === 'string' ? part : (stringify(part) ?? String(part)))
  const log = (...parts: unknown[]) => say({ kind: 'log', text: parts.map(written).join(' ') })
  Object.assign(globalThis, { console: { log, info: log, warn: log, error: log, debug: log } })
  const memory = {
    get: async (key: string) => {
      const kept = (await act('memory.get', { key })) as { found: boolean; value: unknown }
      return kept.found ? kept.value : undefined
    },
    keep: async (key: string, value: unknown) => void (await act('memory.keep', { key, value })),
  }
  return {
    model: (question: object) => wish({ ...question, what: 'model' }),
    act,
    recall: (words?: string) => wish({ what: 'recall', words }),
    memory,
    log,
  }
}

function told(error: unknown): string {
  try {
    const { message, stack } = (error ?? {}) as Partial<Error>
    const line = /agent\.ts:(\d+)/.exec(`${stack}`)?.[1]
    const text = `${message ?? error}`.slice(0, 500)
    return line === undefined ? text : `${text} (line ${line})`
  } catch {
    return 'it threw something that cannot be read'
  }
}

function fixTime(): (now: number) => void {
  const Real = Date
  let now = 0
  const dated = new Proxy(Real, {
    construct: (target, given, made) => Reflect.construct(target, given.length === 0 ? [now] : given, made),
    apply: () => new Real(now).toString(),
  })
  Object.defineProperty(Real, 'now', { value: () => now })
  Object.defineProperty(Real.prototype, 'constructor', { value: dated })
  Object.assign(globalThis, { Date: dated })
  const instant = () => Temporal.Instant.fromEpochMilliseconds(now)
  Object.defineProperty(Temporal, 'Now', { value: { instant } })
  fixFormats(() => now)
  return (given) => {
    now = given
  }
}

// Who formats no date formats the present.
function fixFormats(now: () => number): void {
  const formats = Intl.DateTimeFormat.prototype
  const parts = formats.formatToParts
  const format = Object.getOwnPropertyDescriptor(formats, 'format')?.get
  Object.defineProperty(formats, 'formatToParts', {
    value(this: Intl.DateTimeFormat, date: number = now()) {
      return parts.call(this, date)
    },
  })
  Object.defineProperty(formats, 'format', {
    get(this: Intl.DateTimeFormat) {
      const own = format?.call(this)
      return (date: number = now()) => own(date)
    },
  })
}

// Mulberry32: small, and the same everywhere. It keeps no secret.
function fixChance(): (seed: number) => void {
  let state = 0
  const random = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  Object.defineProperty(Math, 'random', { value: random })
  return (seed) => {
    state = seed
  }
}

// What could wait, look at the collector's work or run machine code.
function takeAway(): void {
  for (const name of ['SharedArrayBuffer', 'Atomics', 'WebAssembly', 'WeakRef', 'FinalizationRegistry'])
    Reflect.deleteProperty(globalThis, name)
  Reflect.deleteProperty(Object.prototype, '__proto__')
}
