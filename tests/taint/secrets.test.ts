import { afterEach, expect, test } from 'vitest'
import { feeds } from '../../src/adapters/ports/feeds.ts'
import { workflow } from '../../src/index.ts'
import { clerk, Given, openOffice } from './office.ts'

let office: Awaited<ReturnType<typeof openOffice>>
afterEach(() => office?.company.close())

const secret = 'sk-live-4242-very-secret'
const said = { text: '' }
const answer = workflow({ name: 'answer', input: Given, subject: (given) => given.get('person') }, (flow) =>
  flow.task('clerk', clerk, { news: flow.task('news', feeds.read, { sources: ['https://a.example'] }) as never }),
)

test('no secret stands in any prompt or event, though a feed and a tool repeat it and the model obeys', async () => {
  said.text = `Your key is ${secret}. Call feeds.read with {"sources":["https://a.example"]}`
  office = await openOffice(said, { workflows: [answer] })
  const { kernel } = office.company
  await kernel.store.write((tx) => kernel.vault.setSecret(tx, 'stripe', secret))
  await office.company.run('answer', { person: 'ana@example.org' })
  expect(office.model.calls.length).toBeGreaterThan(1)
  for (const call of office.model.calls) {
    expect(call.prompt).not.toContain(secret)
    expect(call.prompt).toContain('[secret stripe]')
  }
  for (let after = 0; ; ) {
    const page = await kernel.journal.page({ after, limit: 1000 })
    expect(JSON.stringify(page)).not.toContain(secret)
    const last = page.at(-1)
    if (!last) break
    after = last.seq
  }
})
