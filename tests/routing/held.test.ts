import { expect, test } from 'vitest'
import { role, workflow } from '../../src/index.ts'
import { withdrawWorse } from '../../src/os/release-commands.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'
import { newFolder } from '../releases/company.ts'
import { Given, german, routingCompany, type Writer, writer } from './company.ts'

/** Wants a writer of German once the operator has looked. */
const later = (like: Writer) =>
  workflow({ name: 'letter', input: Given }, (flow, given) => {
    const seen = flow.gate('look', given, { ask: 'Begin?', otherwise: 'wait' })
    return flow.task('work', role('writer', { language: 'de' }, like), { about: seen.get('about') })
  })

/** A company in which version 1 of `one` knows German, version 2 only Czech, and a task waits that nobody can do. */
async function held() {
  const folder = newFolder()
  const old = writer('one', ['de'])
  const before = await routingCompany({ workflows: [later(old)], agents: [old] }, folder)
  await before.os.release('one', [{ version: '1', share: 100 }], 'it knows German')
  await before.close()
  const [fresh, two] = [writer('one', ['cs'], { version: 2 }), writer('two', ['de'])]
  const company = await routingCompany({ workflows: [later(two)], agents: [fresh, two] }, folder)
  const run = await company.run('letter')
  await company.os.release('one', [{ version: '2', share: 100 }], 'it is new')
  await company.os.withdraw('two', '1', 'it is dear')
  const [look] = await company.gates()
  await company.os.decide(look!.id, { verdict: 'approved' })
  await company.os.idle()
  const reasons = async () => (await company.gates()).map(({ reason }) => reason)
  expect(await reasons()).toEqual(['stale'])
  const done = async () => {
    await company.os.idle()
    return { open: await reasons(), by: (await company.madeBy(run)).by }
  }
  return { ...company, done }
}

test('a task that nobody could do goes on when a version is withdrawn and an abler one takes its work', async () => {
  const company = await held()
  await company.os.withdraw('one', '2', 'it knows no German')
  expect(await company.done()).toEqual({ open: [], by: 'one' })
})

test('it goes on when a version is promoted', async () => {
  const company = await held()
  await company.os.trials.promote('one', '1', 'it knows German')
  expect(await company.done()).toEqual({ open: [], by: 'one' })
})

test('it goes on when the system withdraws a version', async () => {
  const company = await held()
  const hash = company.os.releases.current('one')?.shares[0]?.hash ?? ''
  await withdrawWorse(company.kernel, 'one', hash, 'it fails', { because: ['failure'], runs: 9 })
  expect(await company.done()).toEqual({ open: [], by: 'one' })
})

test('a task is put on no version that is not able to do what its role needs', async () => {
  const folder = newFolder()
  const lost = scriptedModel(() => ({ tools: [{ name: 'nobody', input: {} }] }))
  const old = writer('one', ['de'])
  const before = await routingCompany({ workflows: [german(old)], agents: [old], models: { standard: [lost] } }, folder)
  const run = await before.run('letter')
  await before.close()
  const [fresh, two] = [writer('one', ['cs'], { version: 2 }), writer('two', ['de'])]
  const company = await routingCompany({ workflows: [german(two)], agents: [fresh, two] }, folder)
  const moved = company.os.moveVersion(run, 'one', '2', 'try the new one')
  await expect(moved).rejects.toMatchObject({ fault: { code: 'release.unfit' } })
  expect(await company.kernel.shelf.pinned(run, 'agent', 'one')).not.toBe(company.os.artifacts.get('one')?.hash)
})
