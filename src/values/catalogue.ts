import { budgetFaults } from './catalogue/budget.ts'
import { companyFaults } from './catalogue/company.ts'
import { controlFaults } from './catalogue/controls.ts'
import { degradedFaults } from './catalogue/degraded.ts'
import { effectFaults } from './catalogue/effect.ts'
import type { Entry } from './catalogue/entry.ts'
import { evalFaults } from './catalogue/eval.ts'
import { gateFaults } from './catalogue/gate.ts'
import { identityFaults } from './catalogue/identity.ts'
import { inputFaults } from './catalogue/input.ts'
import { knowledgeFaults } from './catalogue/knowledge.ts'
import { ladderFaults } from './catalogue/ladder.ts'
import { memoryFaults } from './catalogue/memory.ts'
import { planFaults } from './catalogue/plan.ts'
import { pointerFaults } from './catalogue/pointer.ts'
import { releaseFaults } from './catalogue/release.ts'
import { roleFaults } from './catalogue/role.ts'
import { runFaults } from './catalogue/run.ts'
import { sandboxFaults } from './catalogue/sandbox.ts'
import { scheduleFaults } from './catalogue/schedule.ts'
import { skillFaults } from './catalogue/skill.ts'
import { storeFaults } from './catalogue/store.ts'
import { trialFaults } from './catalogue/trial.ts'
import { turnFaults } from './catalogue/turns.ts'
import { upkeepFaults } from './catalogue/upkeep.ts'
import { watchFaults } from './catalogue/watch.ts'
import { webhookFaults } from './catalogue/webhook.ts'

/**
 * Every operating fault, by its code; the sections stand in catalogue/. docs/faults.md is made from this, and a test demands
 * that each code is produced by some test.
 */
export const catalogue = {
  ...inputFaults,
  ...storeFaults,
  ...planFaults,
  ...runFaults,
  ...sandboxFaults,
  ...scheduleFaults,
  ...effectFaults,
  ...gateFaults,
  ...budgetFaults,
  ...controlFaults,
  ...turnFaults,
  ...ladderFaults,
  ...releaseFaults,
  ...evalFaults,
  ...roleFaults,
  ...skillFaults,
  ...trialFaults,
  ...identityFaults,
  ...memoryFaults,
  ...knowledgeFaults,
  ...pointerFaults,
  ...companyFaults,
  ...degradedFaults,
  ...webhookFaults,
  ...upkeepFaults,
  ...watchFaults,
} as const satisfies Record<string, Entry>
