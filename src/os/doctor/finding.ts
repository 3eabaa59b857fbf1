import { type Fault, faultIn } from '../../values/fault.ts'
import type { Check } from '../os.ts'

/** A check and its weight: `wrong` keeps the company from what it is for, `look` is for you to know. */
export interface Finding extends Check {
  readonly level: 'ok' | 'look' | 'wrong'
}

export const fine = (what: string): Finding => ({ what, level: 'ok', fault: null })

export const wrong = (what: string, fault: Fault): Finding => ({ what, level: 'wrong', fault })

export const look = (what: string, fault: Fault): Finding => ({ what, level: 'look', fault })

/** A check that refuses where something is wrong. */
export async function attempt(what: string, check: () => unknown): Promise<Finding> {
  try {
    await check()
    return fine(what)
  } catch (error) {
    return wrong(what, faultIn(error))
  }
}
