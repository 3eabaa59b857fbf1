import type { Card } from '../telemetry/card.ts'
import type { IdentityId } from '../values/id.ts'
import { contentHash, type Json } from '../values/json.ts'

/** What an approval binds: change any of it, and it is no longer what the operator saw. */
export interface Bound {
  readonly content: Json
  readonly actions: readonly string[]
  readonly audience: IdentityId | null
}

/** The hash of what an approval binds. */
export function bindingOf({ content, actions, audience }: Bound): string {
  return contentHash({ content, actions, audience })
}

/** What approving this card would bind. */
export function boundBy(card: Card): Bound {
  return { content: card.content, actions: card.actions, audience: card.recipients?.audience ?? null }
}
