import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { days } from 'soloist'
import { type CrashPoint, rehearse, type Stage } from 'soloist/testing'
import { expect, test } from 'vitest'
import { ana, desk, files } from './desk.ts'

async function stageOf(): Promise<Stage> {
  const stage = await rehearse(desk, { files, agents: { greeter: () => ({ text: 'Hello' }) } })
  await stage.identity('person', 'Ana', 'ana@example.org')
  return stage
}

async function play(stage: Stage): Promise<void> {
  await stage.run('welcome', ana)
  await stage.gate('check').approve()
  await stage.advance(days(2))
}

function expectOneMail(stage: Stage): void {
  expect(stage.runs.map((run) => run.state)).toEqual(['done'])
  expect(stage.effects('mail.send').map((effect) => effect.state)).toEqual(['done'])
  expect(readdirSync(join(stage.folder, 'outbox'))).toHaveLength(1)
}

test('a process that dies between two acts goes on where it was', async () => {
  await using stage = await stageOf()
  await stage.run('welcome', ana)
  await stage.crash()
  expect(stage.crashes).toBe(1)
  await stage.gate('check').approve()
  await stage.advance(days(2))
  expectOneMail(stage)
})

// Each kill opens a company anew: the sample of CI takes every fourth moment.
const stride = process.env.PROOF ? 1 : 4

const kinds: Pick<CrashPoint, 'when' | 'what'>[] = [
  { when: 'before', what: 'commit' },
  { when: 'after', what: 'commit' },
  { when: 'before', what: 'call' },
  { when: 'after', what: 'call' },
]

test.each(kinds)('killed $when each $what in turn, a run ends as one that was left alone', async (kind) => {
  let killed = 0
  for (let nth = 1; ; nth += stride) {
    await using stage = await stageOf()
    stage.crashAt({ ...kind, nth })
    await play(stage)
    expectOneMail(stage)
    if (stage.crashes === 0) break
    killed += 1
  }
  expect(killed).toBeGreaterThanOrEqual(kind.what === 'call' ? 1 : 2)
})
