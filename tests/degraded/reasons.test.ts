import { expect, test } from 'vitest'
import { degradations, sameReasons, sayReasons } from '../../src/os/degraded/reasons.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'

const of = (name: string) => scriptedModel([], { name })
const models = {
  quality: [of('openai/large'), of('anthropic/large')],
  standard: [of('openai/small')],
  cheap: [],
}
const shut = (...accounts: string[]) => degradations({ models, shut: accounts, lowDisk: undefined })

test('a tier is degraded when all of its own accounts are shut, whatever lower tiers could answer', () => {
  expect(shut()).toEqual([])
  expect(shut('anthropic')).toEqual([])
  expect(shut('openai')).toEqual([{ because: 'tier', tier: 'standard', accounts: ['openai'] }])
  expect(shut('openai', 'anthropic')).toEqual([
    { because: 'tier', tier: 'quality', accounts: ['openai', 'anthropic'] },
    { because: 'tier', tier: 'standard', accounts: ['openai'] },
  ])
})

test('a tier that can be answered in this process is not degraded, whoever else is away', () => {
  const below = { standard: [of('openai/small'), of('offline/small')] }
  expect(degradations({ models: below, shut: ['openai'], lowDisk: undefined })).toEqual([])
})

test('a tier that the config does not serve is never degraded, nor is a company without models', () => {
  expect(degradations({ models: {}, shut: ['openai'], lowDisk: undefined })).toEqual([])
  expect(shut('openai').map((reason) => reason.because === 'tier' && reason.tier)).toEqual(['standard'])
})

test('each adapter that is left alone, and a disk that is nearly full, is a reason of its own', () => {
  expect(degradations({ models, shut: ['adapter:smtp', 'adapter:ghost'], lowDisk: 5 })).toEqual([
    { because: 'adapter', adapter: 'ghost' },
    { because: 'adapter', adapter: 'smtp' },
    { because: 'disk', freeBytes: 5 },
  ])
})

test('fewer bytes are no new reason; another account of the same tier is none either', () => {
  const disk = (freeBytes: number) => [{ because: 'disk' as const, freeBytes }]
  expect(sameReasons(disk(1), disk(2))).toBe(true)
  expect(sameReasons(disk(1), [])).toBe(false)
  expect(sameReasons(shut('openai'), shut('openai', 'adapter:smtp'))).toBe(false)
})

test('the reasons are a sentence that names what is away', () => {
  expect(sayReasons(degradations({ models, shut: ['openai', 'adapter:smtp'], lowDisk: 83 * 2 ** 20 }))).toBe(
    'no model of the tier standard answers (openai); smtp does not answer; the disk has only 83 MB left',
  )
})
