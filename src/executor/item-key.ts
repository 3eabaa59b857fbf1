import { type Json, reach } from '../values/json.ts'

const readable = /^[A-Za-z0-9_.@-]{1,64}$/

/**
 * What an item is called in the names of its tasks: its own id where it has one that reads well and is its alone, else its
 * place in the list. The list comes out of the journal, so that the same item is called the same in every attempt.
 */
export function itemKey(items: readonly Json[], item: Json, index: number): string {
  const id = idOf(item)
  if (id === undefined || !readable.test(id) || /^\d+$/.test(id)) return String(index)
  return items.findIndex((other) => idOf(other) === id) === index ? id : String(index)
}

function idOf(item: Json): string | undefined {
  const id = typeof item === 'string' ? item : (reach(item, ['id']) ?? reach(item, ['identity']))
  return typeof id === 'string' ? id : undefined
}
