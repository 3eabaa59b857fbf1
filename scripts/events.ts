import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventCatalogue } from '../src/telemetry/event-catalogue.ts'
import { eventSource, eventsPage } from './events-page.ts'

// Writes docs/events.md from the union of events and the catalogue that says a sentence on each.
const root = join(import.meta.dirname, '..')

writeFileSync(join(root, 'docs/events.md'), eventsPage(eventSource(root), eventCatalogue))
