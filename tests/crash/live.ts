import type { Kernel } from '../../src/executor/kernel.ts'
import { retryRun } from '../../src/executor/retry.ts'
import { startRun } from '../../src/executor/start-run.ts'
import { undoRun } from '../../src/executor/undo.ts'
import { planDoers } from '../../src/os/plan-doers.ts'
import { check } from '../../src/planner/check.ts'
import { setSharedClock } from '../../src/store/shared-clock.ts'
import type { Row } from '../../src/store/tables.ts'
import { Refusal } from '../../src/values/fault.ts'
import type { RunId } from '../../src/values/id.ts'
import type { CrashCompany } from './company.ts'
import { answerGates } from './operator.ts'
import { providerLog } from './provider-log.ts'
import { clockOf, providersOf } from './scene-files.ts'
import type { Work } from './work.ts'

/** The one run of each work. Fixed, so that a process that comes after a crash knows whether it was started. */
const theRun = 'run_theonlyone' as RunId

/**
 * Lives the company's life until its run is at its end: works, answers what waits for the operator, retries what failed, lets time
 * pass when only delayed work is left, and undoes what the work wants undone. Gives the run's last state.
 */
export async function live(
  company: Pick<CrashCompany, 'kernel' | 'worker' | 'folder'>,
  work: Work,
): Promise<Row<'runs'>['state']> {
  const { kernel, worker, folder } = company
  const log = providerLog(providersOf(folder))
  await startOnce(kernel, work)
  for (;;) {
    await worker.idle()
    if (await answerGates(kernel, log, work)) continue
    const { state } = await kernel.readRun(theRun)
    if (state === 'failed') {
      await retryRun(kernel, theRun)
      continue
    }
    if (state === 'done' && work.undo) {
      await undoRun(kernel, theRun)
      continue
    }
    if (state === 'done' || state === 'undone') return state
    await passTime(kernel, folder, state)
  }
}

/** Starts the run, unless it was started before a crash. */
export async function startOnce(kernel: Kernel, { workflow, input }: Work): Promise<void> {
  const known = await kernel.store.read.selectFrom('runs').select('id').where('id', '=', theRun).executeTakeFirst()
  if (known) return
  const plan = workflow.plan()
  const [wrong] = check(plan, kernel.facts)
  if (wrong) throw new Refusal(wrong)
  const artifacts = planDoers(plan, kernel).flatMap((doer) => kernel.artifacts.get(doer) ?? [])
  await startRun(kernel, { id: theRun, workflow: workflow.name, plan, input, origin: 'operator', artifacts })
}

async function passTime({ queue, clock }: Kernel, folder: string, state: string): Promise<void> {
  const due = await queue.nextDue()
  if (due === undefined || due <= clock.now()) throw new TypeError(`the run is ${state}, and nothing will happen to it`)
  setSharedClock(clockOf(folder), due)
}
