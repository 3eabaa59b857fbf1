/** What tests of a company and of its adapters use: `import { rehearse, testAdapter } from 'soloist/testing'`. */
export { type AdapterSuite, testAdapter } from './adapter-suite.ts'
export { testBudget } from './budget-suite.ts'
export type { AgentCall, AgentScript } from './cast.ts'
export { type FakeClock, fakeClock } from './clock.ts'
export type { CrashPoint } from './mortal-company.ts'
export { obedientModel } from './obedient-model.ts'
export { testQueue } from './queue-suite.ts'
export { type RehearsalOptions, rehearse } from './rehearse.ts'
export type { StagedEffect } from './scene.ts'
export {
  promptText,
  type Reply,
  type Script,
  type ScriptedCall,
  type ScriptedModel,
  type ScriptedOptions,
  scriptedModel,
} from './scripted-model.ts'
export { Stage } from './stage.ts'
export { StagedGate } from './staged-gate.ts'
export { StagedRun } from './staged-run.ts'
export { testStore } from './store-suite.ts'
