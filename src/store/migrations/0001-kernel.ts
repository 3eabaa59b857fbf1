import { effects } from './0001/effects.ts'
import { identities } from './0001/identities.ts'
import { journal } from './0001/journal.ts'
import { money } from './0001/money.ts'
import { runs } from './0001/runs.ts'

/** The kernel's tables. STRICT, with the laws of the domain as CHECKs, foreign keys and triggers. */
export const kernel = [journal, identities, runs, effects, money].join('')
