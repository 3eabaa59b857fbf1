import { expect, test } from 'vitest'
import { readOutcomeSources } from '../../src/executor/provenance.ts'
import type { RunId, TaskId } from '../../src/values/id.ts'
import { usd } from '../../src/values/money.ts'
import { seconds } from '../../src/values/time.ts'
import { openCompany } from '../identity/company.ts'

test('however much an agent was given of memory, a card shows what its run made it of', async () => {
  const company = await openCompany()
  const ana = await company.person('Ana')
  const [run, task] = ['run_1' as RunId, 'tsk_1' as TaskId]
  const about = { subject: ana, origin: 'system' } as const
  const spent = { cost: usd(0), fence: 1, worked: seconds(1) }
  const said = { identity: ana, channel: 'mail', by: 'them', origin: 'external' } as const
  const seqs = await company.store.write(async (tx) => {
    const remembered: number[] = []
    for (let count = 0; count < 130; count += 1)
      remembered.push(
        await company.identities.interactions.record(tx, { ...said, text: `${count}`, at: company.clock.now() }),
      )
    const done = { kind: 'task.done', run, task, ...about } as const
    const first = await company.journal.append(tx, { ...done, payload: { ...spent, output: 'facts', sources: [] } })
    const sources = [...remembered, first]
    const second = await company.journal.append(tx, { ...done, payload: { ...spent, output: 'draft', sources } })
    return { first, second }
  })
  const found = await readOutcomeSources(company, run, [seqs.second])
  expect(found.map(({ seq }) => seq)).toEqual([seqs.first, seqs.second])
  await company.close()
})
