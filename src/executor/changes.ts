import type { AnyAction } from '../adapters/port.ts'
import type { ChangedSource } from '../telemetry/card.ts'
import type { StoredEvent } from '../telemetry/event.ts'
import { Refusal } from '../values/fault.ts'
import type { RunId } from '../values/id.ts'
import { askAdapter } from './ask-adapter.ts'
import type { Kernel, OpenAdapter } from './kernel.ts'

type Seen = Extract<StoredEvent, { kind: 'identity.pointer-seen' }>

// What a person keeps on a shelf for one piece of work; more is looked at by its first ones.
const mostLookedAt = 200

/**
 * What became of the artifacts that a run read, where their adapter can say: those that are not as the run saw them last, that are
 * gone, or that cannot be looked at now. What the run itself wrote there is no change.
 */
export async function changesSince(kernel: Kernel, run: RunId): Promise<ChangedSource[]> {
  const lookers = lookersOf(kernel)
  if (lookers.size === 0) return []
  const seen = await lastSeen(kernel, run, lookers)
  const found = await Promise.all(seen.map((event) => changeOf(kernel, lookers, event)))
  const changed = found.filter((change) => change !== undefined)
  if (changed.length === 0) return []
  const own = await ownTexts(kernel, run)
  return changed.filter(({ hash }) => hash === null || !own.has(hash))
}

/** A change in words: `“Glue” (folder:glue.md) is gone`. */
export function sayChange({ title, pointer, what }: ChangedSource): string {
  const words = { changed: 'was changed', gone: 'is gone', unchecked: 'cannot be looked at' }
  return `"${title}" (${pointer}) ${words[what]}`
}

function lookersOf({ adapters }: Kernel): Map<string, OpenAdapter> {
  const able = [...adapters.values()].filter(({ adapter }) => adapter.provider.look !== undefined)
  return new Map(able.map((open) => [open.adapter.name, open]))
}

/** The last sighting of each artifact by this run, of those whose content it knows. */
async function lastSeen(kernel: Kernel, run: RunId, lookers: ReadonlyMap<string, OpenAdapter>): Promise<Seen[]> {
  const last = new Map<string, Seen>()
  for (const event of await kernel.journal.page({ after: 0, limit: 1000, run, kind: 'identity.pointer-seen' })) {
    if (event.kind !== 'identity.pointer-seen' || event.payload === null) continue
    const { adapter, externalId, contentHash } = event.payload
    if (contentHash !== null && lookers.has(adapter)) last.set(`${adapter}:${externalId}`, event)
  }
  return [...last.values()].slice(0, mostLookedAt)
}

async function changeOf(
  kernel: Kernel,
  lookers: ReadonlyMap<string, OpenAdapter>,
  { seq, payload }: Seen,
): Promise<ChangedSource | undefined> {
  const open = lookers.get(payload?.adapter ?? '')
  if (!open || payload === null) return undefined
  const { adapter, externalId, title, contentHash } = payload
  const about = { seq, title: title ?? externalId, pointer: `${adapter}:${externalId}` }
  try {
    const hash = await lookAt(kernel, open, externalId)
    if (hash === contentHash) return undefined
    return { ...about, what: hash === null ? 'gone' : 'changed', hash }
  } catch (error) {
    if (error instanceof Refusal) return { ...about, what: 'unchecked', hash: null }
    throw error
  }
}

/**
 * The content hash of an artifact as it is now; `null` when it is gone. Bounded in time, whatever the adapter does with its signal.
 * Faults: the adapter's, `adapter.unreachable`, `adapter.shut`.
 */
export async function lookAt(
  { clock, breakers }: Kernel,
  open: OpenAdapter,
  externalId: string,
): Promise<string | null> {
  const { provider } = open.adapter
  const hash = await askAdapter(open, { clock, breakers, key: 'look' }, (client, asking) =>
    provider.look?.(client, externalId, asking),
  )
  return hash ?? null
}

/** Hashes of the texts that the run put down itself. */
async function ownTexts({ journal, doers }: Kernel, run: RunId): Promise<Set<string>> {
  const events = await journal.page({ after: 0, limit: 1000, run, kind: 'effect.intended' })
  return new Set(
    events.flatMap((event) => {
      if (event.kind !== 'effect.intended' || event.payload === null) return []
      const action = doers.get(event.payload.action) as AnyAction | undefined
      return [...(action?.leaves?.(event.payload.input) ?? [])]
    }),
  )
}
