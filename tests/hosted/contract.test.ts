import { afterAll, test } from 'vitest'
import { buttondown } from '../../src/adapters/newsletters/buttondown.ts'
import { ghost } from '../../src/adapters/newsletters/ghost.ts'
import { testAdapter } from '../../src/testing/adapter-suite.ts'
import { callUnder, openWorld } from '../../src/testing/adapter-world.ts'
import { newsletterSamples } from '../../src/testing/port-samples.ts'
import { buttondownId, buttondownSubscribers, openButtondown } from './buttondown-server.ts'
import { ghostId, ghostMembers, openGhost } from './ghost-server.ts'

const { campaign } = newsletterSamples.send.input
const { delivery } = newsletterSamples.results.input

/** The samples, of campaigns that the provider has under these ids. */
const samplesOf = (first: string, second: string) => ({
  schedule: newsletterSamples.schedule,
  send: { input: { campaign: { ...campaign, id: first } }, other: { campaign: { ...campaign, id: second } } },
  results: {
    input: { delivery: { ...delivery, campaign: first } },
    other: { delivery: { ...delivery, campaign: second } },
  },
})

const site = await openGhost()
afterAll(() => site.close())
const onGhost = ghost({ url: site.url })
const ghostSecrets = { 'ghost-key': site.key }

testAdapter({
  test,
  adapter: onGhost,
  samples: samplesOf(ghostId(1), ghostId(2)),
  secrets: ghostSecrets,
  prepare: async () => {
    site.reset()
    site.members.push(...ghostMembers(3))
    await putDown(onGhost, ghostSecrets)
  },
  count: async (action) => (action === 'schedule' ? site.posts.length : site.sends.length),
})

const house = await openButtondown()
afterAll(() => house.close())
const onButtondown = buttondown({ url: `${house.url}/v1` })
const buttondownSecrets = { 'buttondown-key': house.key }

testAdapter({
  test,
  adapter: onButtondown,
  samples: samplesOf(buttondownId(1), buttondownId(2)),
  secrets: buttondownSecrets,
  prepare: async () => {
    house.reset()
    house.subscribers.push(...buttondownSubscribers(3))
    await putDown(onButtondown, buttondownSecrets)
  },
  count: async (action) => (action === 'schedule' ? house.emails.length : house.sends.length),
})

/** Two drafts for the samples of sending. */
async function putDown(adapter: typeof onGhost, secrets: Readonly<Record<string, string>>): Promise<void> {
  const world = await openWorld(adapter, { secrets })
  const { schedule } = adapter.actions
  if (!schedule || schedule.idempotency === 'parts') throw new TypeError('scheduling has no parts')
  for (const key of ['eff_first', 'eff_second'])
    await schedule.do(world.client, newsletterSamples.schedule.input, callUnder(key, { secrets }))
  await world.close()
}
