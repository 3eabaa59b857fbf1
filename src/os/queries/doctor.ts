import { fault } from '../../values/fault.ts'
import type { Check, Os } from '../os.ts'
import { checkSchedules } from './schedules.ts'
import { listSecrets } from './secrets.ts'
import { checkWebhooks } from './webhook-checks.ts'

/** Everything that was checked, and whether all of it is well. */
export interface Diagnosis {
  readonly well: boolean
  readonly checks: readonly Check[]
}

/** Checks the plans of all workflows, the schedules, the secrets that are declared, the webhooks, how the backups stand, and all that `probe` does. */
export async function doctor(os: Os): Promise<Diagnosis> {
  const plans = os.config.workflows.flatMap(({ name }): Check[] => {
    const what = `workflow ${name}`
    const { faults } = os.plan(name)
    return faults.length === 0 ? [{ what, fault: null }] : faults.map((found) => ({ what, fault: found }))
  })
  const secrets = listSecrets(os).flatMap(({ name, set, neededBy }): Check[] =>
    neededBy.length === 0
      ? []
      : [
          {
            what: `secret ${name}`,
            fault: set ? null : fault('secret.missing', { adapter: neededBy.join(', '), name }),
          },
        ],
  )
  const before = [...plans, ...(await checkSchedules(os)), ...secrets]
  const backup = await os.backups.standing()
  const backups = backup ? [{ what: 'backup', fault: backup.fault }] : []
  const checks = [...before, ...(await checkWebhooks(os)), ...backups, ...(await os.probe())]
  return { well: checks.every((check) => check.fault === null), checks }
}
