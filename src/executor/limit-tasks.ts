import type { PlannedBudget } from '../planner/plan.ts'
import type { Tx } from '../store/store.ts'
import type { TaskId } from '../values/id.ts'
import type { Kernel } from './kernel.ts'

/** Gives new tasks the limits that the plan names. Tasks without one are bounded by their run. */
export async function limitTasks(
  tx: Tx,
  kernel: Kernel,
  tasks: readonly { readonly id: TaskId; readonly budget: PlannedBudget | null }[],
): Promise<void> {
  for (const { id, budget } of tasks) {
    if (budget !== null && budget.cost !== null)
      await kernel.budget.setLimit(tx, { scope: `task:${id}`, period: 'life' }, budget.cost)
  }
}
