/**
 * The shape of an answer, small enough to read: each field with the type of its value, a generated id with its kind, a list with
 * the shapes of its items, each once.
 */
export function shape(value: unknown): unknown {
  if (value === null) return 'null'
  if (typeof value === 'string') return /^([a-z]{3})_[0-9a-z]{10,}$/.test(value) ? `${value.slice(0, 4)}…` : 'text'
  if (Array.isArray(value)) return value.length === 0 ? [] : [merged(value)]
  if (typeof value !== 'object') return typeof value
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, shape(held)]))
}

// One shape for all items: `null | number` where they differ.
function merged(items: readonly unknown[]): unknown {
  if (items.every((item) => typeof item === 'object' && item !== null && !Array.isArray(item))) {
    const objects = items as readonly Readonly<Record<string, unknown>>[]
    const keys = [...new Set(objects.flatMap((item) => Object.keys(item)))].sort()
    const held = (key: string): unknown[] => objects.flatMap((item) => (key in item ? [item[key]] : []))
    return Object.fromEntries(keys.map((key) => [key, open.has(key) ? '…' : merged(held(key))]))
  }
  const shapes = [...new Set(items.map((item) => JSON.stringify(shape(item))))].sort()
  return shapes.length > 1 && shapes.every((one) => one.startsWith('"'))
    ? shapes.map((one) => JSON.parse(one)).join(' | ')
    : JSON.parse(shapes.at(-1) ?? '"nothing"')
}

// Whatever a workflow puts there.
const open: ReadonlySet<string> = new Set(['output', 'content', 'input'])
