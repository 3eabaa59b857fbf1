import type { Verb } from '../invocation.ts'
import { agentVerbs } from './agents.ts'
import { backupVerbs } from './backups.ts'
import { budgetVerbs } from './budgets.ts'
import { controlVerbs } from './controls.ts'
import { grantVerbs } from './grants.ts'
import { identityVerbs } from './identities.ts'
import { knowledgeVerbs } from './knowledge.ts'
import { memoryVerbs } from './memory.ts'
import { pointerVerbs } from './pointers.ts'
import { promiseVerbs } from './promises.ts'
import { releaseVerbs } from './releases.ts'
import { replayVerbs } from './replays.ts'
import { scheduleVerbs } from './schedules.ts'
import { secretVerbs } from './secrets.ts'
import { trialVerbs } from './trials.ts'
import { upkeepVerbs } from './upkeep.ts'
import { webhookVerbs } from './webhooks.ts'

/** Verbs under a noun: `soloist secret set`. */
export const groups: readonly { readonly name: string; readonly does: string; readonly verbs: readonly Verb[] }[] = [
  {
    name: 'identity',
    does: 'Who the company knows, and what it knows of them.',
    verbs: [...identityVerbs, ...promiseVerbs, ...pointerVerbs],
  },
  { name: 'memory', does: 'What old history was made into, and what of it is still found.', verbs: memoryVerbs },
  { name: 'knowledge', does: 'Templates, rules, policies and playbooks, in versions.', verbs: knowledgeVerbs },
  { name: 'budget', does: 'What may be spent, and what was.', verbs: budgetVerbs },
  { name: 'control', does: 'Throttling, scheduling, downgrading, stopping: at run time.', verbs: controlVerbs },
  { name: 'grant', does: 'Standing approvals.', verbs: grantVerbs },
  { name: 'schedule', does: 'When workflows start by themselves.', verbs: scheduleVerbs },
  { name: 'webhook', does: 'What comes in from outside, and who is told of what happens here.', verbs: webhookVerbs },
  { name: 'agent', does: 'Who does the thinking, in all its versions.', verbs: [...agentVerbs, ...replayVerbs] },
  {
    name: 'release',
    does: 'Which version of an agent takes which share of its work.',
    verbs: [...releaseVerbs, ...trialVerbs],
  },
  { name: 'upkeep', does: 'What automations cost, take and need.', verbs: upkeepVerbs },
  { name: 'backup', does: 'Copies that outlive this machine, each tried before it counts.', verbs: backupVerbs },
  { name: 'secret', does: 'Keys and passwords, in the vault.', verbs: secretVerbs },
]
