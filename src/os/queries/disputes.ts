import type { IdentityId } from '../../values/id.ts'
import type { Os } from '../os.ts'
import { type FactLine, factLine } from './identity-view.ts'
import { namesOf } from './runs.ts'

/** A fact that stands, and the newer word that disputes it. */
export interface DisputeLine {
  readonly identity: { readonly id: IdentityId; readonly name: string | null }
  readonly key: string
  readonly shown: FactLine
  readonly other: FactLine
}

/** What of the whole company is in dispute, the newest word first. */
export async function listDisputes(
  os: Os,
  { before, limit }: { readonly before?: number | undefined; readonly limit: number },
): Promise<{ items: DisputeLine[]; next: number | null }> {
  const { items, next } = await os.identities.facts.disputes({ limit, ...(before === undefined ? {} : { before }) })
  const names = await namesOf(
    os,
    items.map(({ other }) => other.identity),
  )
  const lines = items.map(({ key, shown, other }) => ({
    identity: { id: other.identity, name: names.get(other.identity) ?? null },
    key,
    shown: factLine(shown),
    other: factLine(other),
  }))
  return { items: lines, next }
}
