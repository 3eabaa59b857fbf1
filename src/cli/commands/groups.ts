import type { Verb } from '../invocation.ts'
import { backupVerbs } from './backups.ts'
import { budgetVerbs } from './budgets.ts'
import { grantVerbs } from './grants.ts'
import { identityVerbs } from './identities.ts'
import { secretVerbs } from './secrets.ts'

/** Verbs under a noun: `soloist secret set`. */
export const groups: readonly { readonly name: string; readonly does: string; readonly verbs: readonly Verb[] }[] = [
  { name: 'identity', does: 'Who the company knows, and what it knows of them.', verbs: identityVerbs },
  { name: 'budget', does: 'What may be spent, and what was.', verbs: budgetVerbs },
  { name: 'grant', does: 'Standing approvals.', verbs: grantVerbs },
  { name: 'backup', does: 'Copies that outlive this machine, each tried before it counts.', verbs: backupVerbs },
  { name: 'secret', does: 'Keys and passwords, in the vault.', verbs: secretVerbs },
]
