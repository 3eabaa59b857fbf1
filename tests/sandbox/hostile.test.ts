import { expect, test } from 'vitest'
import { channelAttacks } from './attacks-channel.ts'
import { fileAttacks } from './attacks-files.ts'
import { loadAttacks } from './attacks-load.ts'
import { networkAttacks } from './attacks-network.ts'
import { processAttacks } from './attacks-processes.ts'
import { alone, besiege } from './siege.ts'

const families = [
  ['files', fileAttacks],
  ['the network', networkAttacks],
  ['processes', processAttacks],
  ['the channel', channelAttacks],
  ['the machine', loadAttacks],
] as const

test.each(families)(
  'hostile agents that go for %s get nothing past all walls, and each ends with a clear fault',
  async (_name, attacks) => {
    const { ended, got, left } = await besiege(attacks)
    expect(ended.filter(({ isExpected }) => !isExpected)).toEqual([])
    expect(ended).toHaveLength(attacks.length)
    expect({ got, left }).toEqual({ got: [], left: [] })
  },
)

test.each(families)(
  'hostile agents that go for %s get nothing past the permission model alone',
  async (_name, attacks) => {
    const { ended, got, left } = await besiege(attacks, alone)
    expect(ended.filter(({ isExpected }) => !isExpected)).toEqual([])
    expect({ got, left }).toEqual({ got: [], left: [] })
  },
)

test('they are at least forty', () => {
  const names = families.flatMap(([, attacks]) => attacks.map(({ name }) => name))
  expect(new Set(names).size).toBe(names.length)
  expect(names.length).toBeGreaterThanOrEqual(40)
})
