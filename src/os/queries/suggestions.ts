import type { Suggestion } from '../../identity/suggestion.ts'
import type { IdentityId } from '../../values/id.ts'
import type { Os } from '../os.ts'
import type { Page, Paging } from './page.ts'
import { namesOf } from './runs.ts'

interface Named {
  readonly id: IdentityId
  readonly name: string | null
}

/** Two that may be one, with their names. */
export interface SuggestionLine extends Omit<Suggestion, 'one' | 'other'> {
  readonly one: Named
  readonly other: Named
}

/** Who may be one with whom. */
export async function listSuggestions(os: Os, { limit, cursor }: Paging): Promise<Page<SuggestionLine>> {
  const page = { limit, ...(cursor === undefined ? {} : { after: cursor }) }
  const { items, next } = await os.identities.suggestions.find(page)
  return { items: await suggestionLines(os, items), next }
}

/** The same with names. */
export async function suggestionLines(os: Os, suggestions: readonly Suggestion[]): Promise<SuggestionLine[]> {
  const names = await namesOf(
    os,
    suggestions.flatMap(({ one, other }) => [one, other]),
  )
  const named = (id: IdentityId) => ({ id, name: names.get(id) ?? null })
  return suggestions.map(({ one, other, ...rest }) => ({ one: named(one), other: named(other), ...rest }))
}
