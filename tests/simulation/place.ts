import type { Os } from '../../src/os/os.ts'
import type { MortalCompany } from '../../src/testing/mortal-company.ts'
import type { Desk } from './desk.ts'
import type { Outside } from './outside.ts'
import type { People } from './people.ts'

/** Where an operator is. */
export interface Place {
  readonly desk: Desk
  readonly people: People
  readonly outside: Outside
  /** Hears of laws that are broken. */
  readonly say: (what: string) => void
  readonly within: MortalCompany['within']
  readonly crashAt: MortalCompany['crashAt']
  /** The company as it is open now: after a death another one than before. */
  readonly now: () => Os
}
