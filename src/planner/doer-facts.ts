import type { Action } from '../adapters/port.ts'
import type { Agent, PureFunction } from '../agents/agent.ts'
import type { AnyDoer } from '../values/doer.ts'
import { jsonSchema } from '../values/schema.ts'
import { plannedBudget } from './builder.ts'
import type { DoerFacts, Doers } from './plan.ts'

/** What the check and the estimate need to know of an agent, an action or a function. */
function doerFacts(doer: AnyDoer): DoerFacts {
  if (doer.kind === 'role') throw new TypeError(`${doer.name} is a role: who has it is told by withRoles`)
  const common = {
    kind: doer.kind,
    name: doer.name,
    input: jsonSchema(doer.input, 'input'),
    output: jsonSchema(doer.output, 'output'),
  }
  const inward = { risk: 'internal', effect: 'none', content: [], origin: 'system', recipientFields: false } as const
  switch (doer.kind) {
    case 'agent': {
      const agent = doer as Agent<unknown, unknown>
      const tools = agent.allow.map((tool) => tool.name)
      const keepsTier = agent.lowest === agent.tier && agent.tier !== 'cheap'
      const role = agent.role === null ? {} : { role: agent.role }
      return { ...common, ...inward, does: agent.does, budget: plannedBudget(agent.budget), tools, keepsTier, ...role }
    }
    case 'function':
      return { ...common, ...inward, does: (doer as PureFunction<unknown, unknown>).does, budget: null, tools: [] }
    case 'action': {
      const action = doer as Action<unknown, unknown>
      const { does, risk, effect, content, origin, recipients, audience, amount } = action
      const recipientFields = recipients !== undefined || audience !== undefined || amount !== undefined
      return { ...common, does, risk, effect, content, origin, recipientFields, budget: null, tools: [] }
    }
    case 'wait': // whoever sends it chose when it comes and what it says
      return { ...common, ...inward, origin: 'external', budget: null, tools: [] }
    default:
      return doer.kind satisfies never
  }
}

/** The facts of these doers by name, those of the tools that agents may use included. */
export function doersOf(given: Iterable<AnyDoer>): Doers {
  const facts = new Map<string, DoerFacts>()
  const waiting = [...given]
  for (let doer = waiting.pop(); doer !== undefined; doer = waiting.pop()) {
    if (facts.has(doer.name)) continue
    facts.set(doer.name, doerFacts(doer))
    if (doer.kind === 'agent') waiting.push(...(doer as Agent<unknown, unknown>).allow)
  }
  return facts
}
