import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { workflow } from '../../src/index.ts'
import { openWatch } from '../../src/os/watch/watch.ts'
import { openTestCompany } from '../executor/company.ts'
import { provider, shop } from '../executor/shop.ts'
import { person } from './office.ts'
import { receiver } from './receiver.ts'

const input = z.object({ people: z.array(z.string()) })
const notes = workflow({ name: 'notes', input }, (flow, given) =>
  flow.each('people', given.get('people'), { max: 10 }, (name) =>
    flow.task('note', shop.note, { to: name, text: 'hi' }),
  ),
)

test('an item whose key is an address is a number outside, unless content was asked for', async () => {
  const collector = await receiver()
  const company = await openTestCompany({ workflows: [notes], adapters: [provider('key').adapter] })
  onTestFinished(() => company.close())
  const { kernel, config } = company
  const watched = (content: boolean) =>
    openWatch(kernel, { ...config, telemetry: { otlp: { url: collector.url }, content } }, {})!
  const first = watched(false)
  const run = await company.run('notes', { people: [person, 'bo@example.org'] })
  await first.close()
  expect(Object.keys(await company.tasks(run)).join()).toContain(person)
  expect(collector.text()).not.toContain('quillfeather')
  const items = collector.spans().filter((span) => span.name === 'task people/note')
  expect(items.map((span) => span.attributes['soloist.task.item']).sort()).toEqual([0, 1])
  const second = watched(true)
  await company.run('notes', { people: [person] })
  await second.close()
  expect(collector.text()).toContain(`task people/${person}/note`)
})
