import { type Json, reach } from '../values/json.ts'

const readable = /^[A-Za-z0-9_.@-]{1,64}$/

/**
 * What the items of a list are called in the names of their tasks: each by its own id where it has one that reads well and is
 * the first with it, else by its place. The list comes out of the journal, so that they are called the same in every attempt.
 */
export function itemKeys(items: readonly Json[]): string[] {
  const taken = new Set<string>()
  return items.map((item, index) => {
    const id = idOf(item)
    if (id === undefined || taken.has(id) || !readable.test(id) || /^\d+$/.test(id)) return String(index)
    taken.add(id)
    return id
  })
}

function idOf(item: Json): string | undefined {
  const id = typeof item === 'string' ? item : (reach(item, ['id']) ?? reach(item, ['identity']))
  return typeof id === 'string' ? id : undefined
}
