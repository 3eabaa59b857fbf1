import type { GateView } from '../../os/queries/gates.ts'
import type { Health } from '../../os/queries/health.ts'
import type { IdentityView } from '../../os/queries/identity-view.ts'
import type { RunRecalled } from '../../os/queries/recalled.ts'
import type { RunView } from '../../os/queries/run.ts'
import type { Desk } from '../desk.ts'
import { exit } from '../exit.ts'
import type { Invocation } from '../invocation.ts'
import { gateCard } from '../render/gates.ts'
import { identityCard } from '../render/identities.ts'
import { recalledList } from '../render/recalled.ts'
import { runCard, waitingFor } from '../render/runs.ts'
import { standingText } from '../render/standing.ts'

// Tasks of agents in one run; more are found by task, or through the API.
const mostRecalled = 50

/** Shows what an id or handle names; without one, how the company stands. */
export async function show(desk: Desk, invocation: Invocation, id?: string): Promise<number> {
  const { timeZone } = invocation.world
  if (id === undefined) {
    const output = await desk.call('company.health', {})
    invocation.show(output, () => standingText(output as unknown as Health, timeZone))
  } else if (id.startsWith('run_')) {
    const output = await desk.call('runs.show', { run: id })
    const run = output as unknown as RunView
    const recalled = (await desk.call('runs.recalled', { run: id, limit: mostRecalled })) as unknown as RunRecalled
    const parts = [runCard(run, timeZone), recalledList(recalled, timeZone), waitingFor(run, timeZone)]
    invocation.show(output, () => parts.filter(Boolean).join('\n\n'))
  } else if (id.startsWith('tsk_')) {
    const output = await desk.call('runs.recalled', { task: id, limit: mostRecalled })
    const none = 'No agent was given anything of memory there.'
    invocation.show(output, () => recalledList(output as unknown as RunRecalled, timeZone) ?? none)
  } else if (id.startsWith('gat_')) {
    const output = await desk.call('gates.show', { gate: id })
    invocation.show(output, () => gateCard(output as unknown as GateView, timeZone))
  } else {
    const output = await desk.call('identities.show', { identity: id })
    invocation.show(output, () => identityCard(output as unknown as IdentityView, timeZone))
  }
  return exit.ok
}
