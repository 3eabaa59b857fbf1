import { expect, test } from 'vitest'
import { seeded } from '../../src/values/chance.ts'
import { openTrial } from './company.ts'

// Each of them under PROOF=1, a sample of them in CI.
const trials = process.env.PROOF ? 10 : 1
const most = 200
const atOnce = 10

/** Runs through the real kernel until the trial has ended; gives what became of it, and after how many runs of both versions. */
async function lives(seed: number, failing: number): Promise<{ state: string; by: string; runs: number }> {
  const random = seeded(seed)
  const company = await openTrial((version) =>
    version === 4 && random() < failing ? { text: 'nothing' } : { output: { body: `by v${version}` } },
  )
  try {
    await company.canary('4', 50)
    let runs = 0
    for (; runs < most && company.kernel.trials.open('writer'); runs += atOnce) {
      await company.startAll(atOnce)
      await company.judge()
    }
    const [trial] = await company.os.trials.history('writer')
    return { state: trial!.state, by: trial!.by, runs }
  } finally {
    await company.close()
  }
}

test('trials through the real kernel end as the judge says', { timeout: 300_000 }, async ({ annotate }) => {
  for (let seed = 1; seed <= trials; seed += 1) {
    const bad = await lives(seed, 0.9)
    annotate(`seed ${seed}: ${bad.state} by ${bad.by} after ${bad.runs} runs of both versions`)
    expect(bad).toMatchObject({ state: 'withdrawn', by: 'system' })
  }
  if (!process.env.PROOF) return
  for (let seed = 1; seed <= trials; seed += 1) expect(await lives(seed, 0)).toMatchObject({ state: 'running' })
})
