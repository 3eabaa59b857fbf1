import type { Agent } from '../../agents/agent.ts'
import type { LayerState } from '../../executor/sandbox/layers.ts'
import type { AnyDoer } from '../../values/doer.ts'
import { fault, faultIn } from '../../values/fault.ts'
import type { Config } from '../config.ts'
import { doersOf } from '../doers.ts'
import { type Finding, fine, look } from './finding.ts'

/** Which walls stand around the code of agents here; nothing where the company runs none. */
export async function sandboxFindings(config: Config): Promise<Finding[]> {
  if (!runsCode(config)) return []
  const { findWalls } = await import('../../executor/sandbox/layers.ts')
  return (await findWalls(process.execPath)).states.map(wallFinding)
}

/** One wall, as the doctor says it. */
export function wallFinding({ name, does, active, why }: LayerState): Finding {
  const what = `sandbox, ${name}: ${does}`
  return active ? fine(what) : look(what, fault('sandbox.no-wall', { wall: name, does, why }))
}

function runsCode(config: Config): boolean {
  return doersIn(config).some((doer) => {
    if (doer.kind !== 'agent') return false
    const { run, allow } = doer as Agent<unknown, unknown>
    return run !== null || allow.some(({ name }) => name === 'compute.run')
  })
}

/** What is wrong with the config itself is another finding. */
function doersIn(config: Config): readonly AnyDoer[] {
  try {
    return [...doersOf(config).values()]
  } catch (error) {
    faultIn(error)
    return []
  }
}
