import { z } from 'zod'
import { microUsd } from '../../values/money.ts'
import { type Operation, operation } from '../operation.ts'
import { showReleases } from '../queries/releases.ts'
import { agentName, version } from './agents.ts'
import { money, reason } from './fields.ts'
import { releaseView } from './releases.ts'

/** New versions at trial. */
export const trialOperations: readonly Operation[] = [
  operation({
    name: 'releases.canary',
    kind: 'command',
    does: 'Gives a version a share of new runs and judges it: worse is withdrawn by itself, better is proposed.',
    http: { method: 'post', path: '/agents/{agent}/canary' },
    input: z.object({ agent: agentName, version, share: z.int().min(1).max(50), why: reason }),
    output: releaseView,
    example: { agent: 'writer', version: '4', share: 10, why: 'Warmer openings' },
    async run(os, { agent, version: tried, share, why }) {
      await os.trials.canary(agent, tried, share, why)
      return showReleases(os, agent)
    },
  }),
  operation({
    name: 'releases.shadow',
    kind: 'command',
    does: 'Lets a version repeat what the released one does, without any effect, until its own runs have cost the limit.',
    http: { method: 'post', path: '/agents/{agent}/shadow' },
    input: z.object({ agent: agentName, version, limit: money, why: reason }),
    output: releaseView,
    example: { agent: 'writer', version: '4', limit: microUsd(5_000_000), why: 'Before it writes to anybody' },
    async run(os, { agent, version: tried, limit, why }) {
      await os.trials.shadow(agent, tried, limit, why)
      return showReleases(os, agent)
    },
  }),
  operation({
    name: 'releases.promote',
    kind: 'command',
    does: 'Lets a version take all new runs, and ends its trial.',
    http: { method: 'post', path: '/agents/{agent}/promote' },
    input: z.object({ agent: agentName, version, why: reason }),
    output: releaseView,
    example: { agent: 'writer', version: '4', why: 'Fewer edits' },
    async run(os, { agent, version: tried, why }) {
      await os.trials.promote(agent, tried, why)
      return showReleases(os, agent)
    },
  }),
  operation({
    name: 'releases.stop',
    kind: 'command',
    does: 'Ends the trial of an agent: the version at trial takes no new runs, and is not withdrawn.',
    http: { method: 'post', path: '/agents/{agent}/trial/stop' },
    input: z.object({ agent: agentName, why: reason }),
    output: releaseView,
    example: { agent: 'writer', why: 'Another time' },
    async run(os, { agent, why }) {
      await os.trials.stop(agent, why)
      return showReleases(os, agent)
    },
  }),
]
