import { answers } from './0009/answers.ts'
import { batches } from './0009/batches.ts'
import { controls } from './0009/controls.ts'
import { evals } from './0009/evals.ts'
import { suppressions } from './0009/suppressions.ts'
import { trials } from './0009/trials.ts'
import { upkeep } from './0009/upkeep.ts'

/** What keeps agents within limits; and whom an audience must not write to. */
export const limits = [answers, controls, trials, evals, upkeep, suppressions, batches].join('')
