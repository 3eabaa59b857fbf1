/** What tests of a company and of its adapters use: `import { scriptedModel, testAdapter } from 'soloist/testing'`. */
export { type AdapterSuite, testAdapter } from './adapter-suite.ts'
export { testBudget } from './budget-suite.ts'
export { type FakeClock, fakeClock } from './clock.ts'
export { obedientModel } from './obedient-model.ts'
export { testQueue } from './queue-suite.ts'
export { type Rehearsal, type RehearsalOptions, rehearse } from './rehearsal.ts'
export { promptText, scriptedModel } from './scripted-model.ts'
export { testStore } from './store-suite.ts'
