import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { eventFields, eventSource, eventsPage } from '../../scripts/events-page.ts'
import { eventCatalogue } from '../../src/telemetry/event-catalogue.ts'

const root = join(import.meta.dirname, '../..')
const source = eventSource(root)
const fields = new Map(eventFields(source))

test("docs/events.md is current; 'npm run events' writes it", () => {
  expect(readFileSync(join(root, 'docs/events.md'), 'utf8')).toBe(eventsPage(source, eventCatalogue))
})

test('every event of the union has a sentence, and no other has one', () => {
  expect(Object.keys(eventCatalogue).sort()).toEqual([...fields.keys()].sort())
  for (const { when, says } of Object.values(eventCatalogue)) {
    for (const text of [when, says]) expect(text).toMatch(/^[A-Z{].*\.$/)
  }
})

// What a person wrote, or what was made of it.
const personal =
  /^(name|operator|value|input|output|content|comment|why|evidence|title|url|handle|externalId|archive|from|before|message)$/

test('a log names only fields that the event has, and none that may hold personal text', () => {
  for (const [kind, { says }] of Object.entries(eventCatalogue)) {
    for (const [, path = ''] of says.matchAll(/\{([\w.]+)\}/g)) {
      const [first = '', ...rest] = path.split('.')
      expect(
        fields.get(kind)?.map(({ name }) => name),
        `${kind}: ${path}`,
      ).toContain(first)
      const byAuthor = /^(secret|artifact|schedule|wait|webhook)\./.test(kind) && path === 'name'
      // Who is merged or related stands there by id.
      const byId = /^identity\.(un)?(merged|related)$/.test(kind)
      expect(byAuthor || byId || !personal.test(rest.at(-1) ?? first), `${kind}: ${path}`).toBe(true)
    }
  }
})

test('fields are read with their units, from literals, named parts and both together', () => {
  const text = `
    export interface Events {
      'a.done': Part & { worked: Duration; cost: Usd | null }
    }
    export interface Part { readonly at?: Instant }`
  expect(eventFields(text)).toEqual([
    [
      'a.done',
      [
        { name: 'at', type: 'Instant', optional: true },
        { name: 'worked', type: 'Duration', optional: false },
        { name: 'cost', type: 'Usd | null', optional: false },
      ],
    ],
  ])
  const page = eventsPage(text, { 'a.done': { level: 'info', when: 'When it is done.' } })
  expect(page).toContain('| `worked` | `Duration` | milliseconds |')
  expect(page).toContain('| `cost` | `Usd \\| null` | micro-dollars |')
})
