import type { GateView } from '../../os/queries/gates.ts'
import type { IdentityView } from '../../os/queries/identity-view.ts'
import type { RunView } from '../../os/queries/run.ts'
import type { Desk } from '../desk.ts'
import { exit } from '../exit.ts'
import type { Invocation } from '../invocation.ts'
import { gateCard } from '../render/gates.ts'
import { identityCard } from '../render/identities.ts'
import { runCard, waitingFor } from '../render/runs.ts'

/** Shows what an id or handle names. */
export async function show(desk: Desk, invocation: Invocation, id = ''): Promise<number> {
  const { timeZone } = invocation.world
  if (id.startsWith('run_')) {
    const output = await desk.call('runs.show', { run: id })
    const run = output as unknown as RunView
    invocation.show(output, () => [runCard(run, timeZone), waitingFor(run, timeZone)].filter(Boolean).join('\n\n'))
  } else if (id.startsWith('gat_')) {
    const output = await desk.call('gates.show', { gate: id })
    invocation.show(output, () => gateCard(output as unknown as GateView, timeZone))
  } else {
    const output = await desk.call('identities.show', { identity: id })
    invocation.show(output, () => identityCard(output as unknown as IdentityView, timeZone))
  }
  return exit.ok
}
