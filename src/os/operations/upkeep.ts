import { z } from 'zod'
import { type Operation, operation } from '../operation.ts'
import type { Os } from '../os.ts'
import type { Standing } from '../upkeep/standing.ts'
import { at, money, reason } from './fields.ts'

const about = z
  .string()
  .regex(/^(workflow|agent):.{1,100}$/, 'is not workflow:NAME or agent:NAME')
  .meta({ description: 'An automation: workflow:NAME or agent:NAME' })
const month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'is not a month like 2026-03')
const schedules = z.object({ about, schedules: z.array(z.string()) })
const share = z.number().min(0).max(1)
const part = z.number().min(0)

const standing = z.object({
  about,
  owner: z.string(),
  debt: z
    .number()
    .meta({ description: 'The length of its parts taken together: the root of the sum of their squares' }),
  parts: z
    .object({
      failing: part,
      minutes: part,
      reworked: part,
      dear: part,
      unused: part,
      unreviewed: part,
      drifting: part,
    })
    .meta({ description: 'Over three months; 1 is at its limit' }),
  cost: money,
  runs: z.int(),
  failures: z.int(),
  failureRate: share,
  minutes: z.number(),
  minutesAllowed: z.number(),
  saved: z.number().nullable(),
  decided: z.int(),
  refusedShare: share,
  editedShare: share,
  lastAt: at.nullable(),
  reviewedAt: at.nullable(),
  reviewAt: at,
  drifting: z.boolean(),
  pausedAt: at.nullable(),
  proposesPause: z.boolean(),
})

/** A line of the list as it goes out. */
export type UpkeepLine = z.infer<typeof standing>

const spentMinutes = z
  .number()
  .min(-6000)
  .max(6000)
  .refine((minutes) => Math.abs(minutes) >= 0.1, 'is no time at all')

export const upkeepOperations: readonly Operation[] = [
  operation({
    name: 'upkeep.list',
    kind: 'query',
    does: 'Lists what workflows and agents cost, take and need in a month, those in the deepest debt first.',
    http: { method: 'get', path: '/upkeep' },
    input: z.object({ month: month.optional() }),
    output: z.object({ month, items: z.array(standing) }),
    example: { month: '2026-03' },
    async run(os, input) {
      const { month: shown, items } = await os.upkeep.list(input.month)
      return { month: shown, items: items.map(lineOf) }
    },
  }),
  operation({
    name: 'upkeep.log',
    kind: 'command',
    does: 'Counts minutes that the operator spent on an automation away from the desk; below zero, takes back what was counted this month.',
    http: { method: 'post', path: '/upkeep/{about}/minutes' },
    input: z.object({ about, minutes: spentMinutes, why: reason }),
    output: z.object({ about, minutes: z.number() }),
    example: { about: 'workflow:newsletter', minutes: 20, why: 'Rewrote the brief' },
    async run(os, input) {
      await os.upkeep.log(input.about, input.minutes, input.why)
      return { about: input.about, minutes: input.minutes }
    },
  }),
  reviewing(
    'review',
    '/review',
    'Says that an automation was looked over; its next review is due in its time.',
    'Still worth it',
  ),
  reviewing(
    'undoReview',
    '/review/undo',
    'Takes the last review of an automation back: the one before counts again.',
    'It was the other one',
  ),
  pausing('pause', 'Pauses a workflow, as proposed: its schedules stop and no new run begins.'),
  pausing('resume', 'Lets a paused workflow go on, with the schedules that its pause stopped.'),
]

function reviewing(name: 'review' | 'undoReview', path: string, does: string, why: string): Operation {
  return operation({
    name: `upkeep.${name}`,
    kind: 'command',
    does,
    http: { method: 'post', path: `/upkeep/{about}${path}` },
    input: z.object({ about, why: reason }),
    output: z.object({ about, reviewAt: at }),
    example: { about: 'workflow:newsletter', why },
    run: async (os: Os, input) => ({ about: input.about, reviewAt: await os.upkeep[name](input.about, input.why) }),
  })
}

function pausing(name: 'pause' | 'resume', does: string): Operation {
  return operation({
    name: `upkeep.${name}`,
    kind: 'command',
    does,
    http: { method: 'post', path: `/upkeep/{about}/${name}` },
    input: z.object({ about, why: reason }),
    output: schedules,
    example: { about: 'workflow:newsletter', why: 'It takes more than it gives' },
    run: async (os: Os, input) => ({ about: input.about, schedules: await os.upkeep[name](input.about, input.why) }),
  })
}

function lineOf(one: Standing): UpkeepLine {
  const { automation, month: now, record } = one
  const over = record.minutesAMonth > automation.rules.minutesPerMonth
  return {
    about: automation.about,
    owner: automation.rules.owner,
    debt: one.debt,
    parts: one.parts,
    cost: now.cost,
    runs: now.runs,
    failures: now.failures,
    failureRate: now.runs === 0 ? 0 : Math.min(1, now.failures / now.runs),
    minutes: now.minutes,
    minutesAllowed: automation.rules.minutesPerMonth,
    saved: now.saved,
    decided: now.decided,
    refusedShare: now.refused,
    editedShare: now.edited,
    lastAt: one.lastAt,
    reviewedAt: one.reviewedAt,
    reviewAt: one.reviewAt,
    drifting: record.drifting,
    pausedAt: one.pausedAt,
    proposesPause: over && automation.kind === 'workflow' && one.pausedAt === null,
  }
}
