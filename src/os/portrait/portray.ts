import type { IdentityId } from '../../values/id.ts'
import type { Company } from '../commands.ts'

/** Where it was written. */
export interface Portrayed {
  readonly json: string
  readonly markdown: string
  readonly events: number
}

export async function portray(_company: Company, _identity: IdentityId, _path: string): Promise<Portrayed> {
  throw new TypeError('not yet')
}
