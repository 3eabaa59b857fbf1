import type { Kernel } from '../../src/executor/kernel.ts'
import type { EventKind, StoredEvent } from '../../src/telemetry/event.ts'

/** An event whose payload can be read. */
export type Told = { [K in EventKind]: Extract<StoredEvent, { kind: K }> & { readonly payload: object } }[EventKind]

/** What is passed over: what a person was told of who is forgotten, which nobody can read. */
export type Passed = (event: StoredEvent) => boolean

/** All that a company's journal says, in order. */
export async function readJournal(
  { journal }: Pick<Kernel, 'journal'>,
  passed: Passed = () => false,
): Promise<readonly Told[]> {
  const events: Told[] = []
  for (let after = 0; ; ) {
    const page = await journal.page({ after, limit: 1000 })
    after = page.at(-1)?.seq ?? after
    for (const event of page) {
      if (passed(event)) continue
      if (event.payload === null) throw new TypeError(`event ${event.seq} cannot be read`)
      events.push(event as Told)
    }
    if (page.length < 1000) return events
  }
}

/** What a fold says when an event cannot have happened: the journal and the law of the states do not agree. */
export function impossible(event: Told, state: string): never {
  throw new TypeError(`event ${event.seq}, ${event.kind}, cannot happen to what is ${state}`)
}

/** What must be there. */
export function known<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new TypeError(`the journal speaks of ${what} before it began`)
  return value
}
