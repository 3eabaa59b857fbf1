import { type Fault, fault } from '../values/fault.ts'
import { fitting, roleOf } from './role.ts'
import type { Scene } from './scene.ts'

/** Roles that none of the company's agents could be given. */
export function checkRoles(laid: Scene): Fault[] {
  return laid.all.flatMap(({ task }) => {
    const wanted = roleOf(task)
    if (wanted === undefined || fitting(wanted, laid.doers).length > 0) return []
    const doer = 'doer' in task ? task.doer : wanted.name
    return [fault('role.nobody', { task: task.name, role: doer })]
  })
}
