import { expect, test } from 'vitest'
import { usd } from '../../src/values/money.ts'
import { openLetterCompany } from './letter-company.ts'

test("the starter's evals pass with the answers that it brings", async () => {
  const company = await openLetterCompany()
  try {
    const { os } = company
    const evals = await os.evals.list()
    expect(evals.map(({ name, agent }) => [name, agent])).toEqual([['writer-sources', 'writer']])
    const wish = { eval: 'writer-sources', record: false, limit: usd(0) }
    for (const answers of ['recorded', 'models'] as const) {
      const { run } = await os.evals.start({ ...wish, answers })
      await os.idle()
      expect(await os.evals.result(run)).toMatchObject({ verdict: 'passed', answers, score: 1 })
    }
    await os.release('writer', [{ version: '1', share: 100 }], 'its evals pass')
  } finally {
    await company.close()
  }
})
