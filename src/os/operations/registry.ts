import type { Operation } from '../operation.ts'
import { agentOperations } from './agents.ts'
import { backupOperations } from './backups.ts'
import { budgetOperations } from './budgets.ts'
import { commitmentOperations } from './commitments.ts'
import { companyOperations } from './company.ts'
import { contactOperations } from './contacts.ts'
import { controlOperations } from './controls.ts'
import { evalOperations } from './evals.ts'
import { factOperations } from './facts.ts'
import { forgetOperations } from './forget.ts'
import { gateOperations } from './gates.ts'
import { grantOperations } from './grants.ts'
import { identityOperations } from './identities.ts'
import { interactionOperations } from './interactions.ts'
import { knowledgeOperations } from './knowledge.ts'
import { memberOperations } from './members.ts'
import { memoryOperations } from './memory.ts'
import { mergeOperations } from './merges.ts'
import { pointerOperations } from './pointers.ts'
import { recallOperations } from './recall.ts'
import { recalledOperations } from './recalled.ts'
import { relationOperations } from './relations.ts'
import { releaseOperations } from './releases.ts'
import { replayOperations } from './replays.ts'
import { runOperations } from './runs.ts'
import { scheduleOperations } from './schedules.ts'
import { secretOperations } from './secrets.ts'
import { snapshotOperations } from './snapshots.ts'
import { trialOperations } from './trials.ts'
import { upkeepOperations } from './upkeep.ts'
import { webhookOperations } from './webhooks.ts'
import { workOperations } from './work.ts'

/** Everything the desk can do. API, CLI and MCP serve this list and nothing else. */
export const operations: readonly Operation[] = [
  ...workOperations,
  ...runOperations,
  ...recalledOperations,
  ...gateOperations,
  ...identityOperations,
  ...factOperations,
  ...memberOperations,
  ...contactOperations,
  ...mergeOperations,
  ...relationOperations,
  ...interactionOperations,
  ...forgetOperations,
  ...snapshotOperations,
  ...commitmentOperations,
  ...recallOperations,
  ...memoryOperations,
  ...pointerOperations,
  ...knowledgeOperations,
  ...budgetOperations,
  ...controlOperations,
  ...grantOperations,
  ...scheduleOperations,
  ...agentOperations,
  ...releaseOperations,
  ...evalOperations,
  ...trialOperations,
  ...replayOperations,
  ...secretOperations,
  ...webhookOperations,
  ...upkeepOperations,
  ...backupOperations,
  ...companyOperations,
]

/** The operation of this name. A name that nothing has is a programmer's error. */
export function operationNamed(name: string): Operation {
  const found = operations.find((operation) => operation.name === name)
  if (!found) throw new TypeError(`no operation is called ${name}`)
  return found
}
