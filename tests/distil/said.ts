import { extract, type Statement } from '../../src/memory/distil/extract.ts'
import type { IdentityId } from '../../src/values/id.ts'
import { type Instant, instant } from '../../src/values/time.ts'

/** A Wednesday. */
const saidAt = instant(Date.UTC(2026, 2, 4, 10))

/** What one message gives, as `key: value` without its sentence. */
export function saidIn(
  text: string,
  { by = 'them', who = null, of = 'person', channel = 'mail' }: Message = {},
): Record<string, unknown> {
  return Object.fromEntries(
    statementsIn(text, { by, who, of, channel }).map(({ key, value }) => {
      const { says: _, ...rest } = value as { says: string }
      return [key, rest]
    }),
  )
}

export interface Message {
  readonly by?: 'us' | 'them'
  readonly who?: string | null
  readonly of?: string
  readonly channel?: string
}

function statementsIn(
  text: string,
  { by = 'them', who = null, of = 'person', channel = 'mail' }: Message,
): readonly Statement[] {
  const payload = {
    channel,
    by,
    who,
    text,
    thread: null,
    happenedAt: saidAt as Instant,
    externalId: null,
    pointer: null,
  }
  const event = {
    seq: 7,
    at: saidAt,
    kind: 'interaction.recorded',
    version: 1,
    origin: 'external',
    run: null,
    task: null,
  } as const
  const identity = 'idn_ana' as IdentityId
  const around = { actions: new Map(), gates: new Map(), promisers: new Map() }
  const stretch = { identity, of, from: 1, until: 7, events: [{ ...event, subject: identity, payload }], around }
  return extract(stretch, 'Europe/Prague')
}
