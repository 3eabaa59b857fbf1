import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { lookAtAll } from '../../src/os/upkeep/chore.ts'
import { unindexed } from '../../src/testing/index-check.ts'
import { newFolder, openIn } from '../releases/company.ts'
import { automation } from './company.ts'

test('no query of upkeep walks a table that grows', async () => {
  const folder = newFolder()
  const seen = new Set<string>()
  const workflows = [automation('letter', undefined, true), automation('note', undefined, true)]
  const company = await openIn(folder, { workflows }, undefined, (sql) => seen.add(sql))
  onTestFinished(() => company.close())
  await company.run('letter')
  const [gate] = await company.gates()
  seen.clear()
  await company.os.decide(gate!.id, { verdict: 'approved' })
  await company.call('upkeep.list', { month: '2026-03' })
  await company.call('upkeep.log', { about: 'workflow:letter', minutes: 40, why: 'it was wrong' })
  await company.call('upkeep.review', { about: 'workflow:note', why: 'in order' })
  await company.call('upkeep.undoReview', { about: 'workflow:note', why: 'the other one' })
  await company.call('upkeep.pause', { about: 'workflow:letter', why: 'too much' })
  await company.call('upkeep.resume', { about: 'workflow:letter', why: 'mended' })
  await lookAtAll({ kernel: company.kernel, config: company.os.config })
  const connection = new DatabaseSync(join(folder, '.soloist/company.db'))
  onTestFinished(() => connection.close())
  expect(unindexed(connection, seen)).toEqual([])
})
