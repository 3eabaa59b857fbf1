import { tell, throughOrRefuse } from '../executor/door.ts'
import type { Kernel, OpenAdapter } from '../executor/kernel.ts'
import { type Fault, fault, faultIn, Refusal } from '../values/fault.ts'
import type { Clock } from '../values/time.ts'
import type { Company } from './commands.ts'
import type { Check } from './os.ts'

/** Checks without an effect what the company needs from outside: each adapter, where models are asked, where telemetry goes. */
export async function probe(company: Company): Promise<readonly Check[]> {
  const asked = await Promise.all([...adapterChecks(company), ...modelChecks(company), ...watchChecks(company)])
  const troubles = [...company.chores.troubles()]
  return [...asked, ...troubles.map(([name, trouble]) => ({ what: `chore ${name}`, fault: trouble }))]
}

/** Credentials, reachability, the shape of answers. */
function adapterChecks({ adapters, kernel }: Company): Promise<Check>[] {
  const never = new AbortController().signal
  return adapters.all.map(async (open) => {
    return { what: `adapter ${open.adapter.name}`, fault: await probeAdapter(open, kernel, never) }
  })
}

/**
 * What stands in the way of one adapter, or `null`. Its own time-out limits it, and its breaker hears of it as of any other call. Never
 * throws: an adapter may be anybody's.
 */
export async function probeAdapter(
  open: OpenAdapter,
  kernel: Pick<Kernel, 'clock' | 'breakers'>,
  stopped: AbortSignal,
): Promise<Fault | null> {
  if (!open.adapter.provider.probe) return null
  try {
    return await throughOrRefuse(kernel, open, async () => {
      const found = await askedOf(open, kernel.clock, stopped)
      if (!stopped.aborted) tell(kernel.breakers, open, found ?? 'answered')
      return found
    })
  } catch (caught) {
    return faultIn(caught)
  }
}

async function askedOf({ adapter, client }: OpenAdapter, clock: Clock, stopped: AbortSignal): Promise<Fault | null> {
  const { name, provider } = adapter
  const signal = AbortSignal.any([stopped, AbortSignal.timeout(provider.timeout)])
  const late = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('no answer in time')), { once: true })
  })
  // Once the race is over, a late end has nobody to tell.
  late.catch(() => undefined)
  try {
    await Promise.race([
      (async () => provider.probe?.(await client(), { key: 'probe', signal, now: clock.now() }))(),
      late,
    ])
    return null
  } catch (caught) {
    if (caught instanceof Refusal) return caught.fault
    return fault('adapter.unreachable', {
      adapter: name,
      why: caught instanceof Error ? caught.message : String(caught),
    })
  }
}

// A server that is there answers at once, if only with "not found".
const patienceMs = 5000

/** Whether each model has a price, and somebody answers where it is. Nothing is asked, no key is sent, nothing costs. */
function modelChecks({ kernel }: Company): Promise<Check>[] {
  const models = Object.values(kernel.models).flat()
  if (models.length === 0) return [checked('models (none: the offline one answers)', async () => undefined)]
  return models.map((model) =>
    checked(`model ${model.name}`, async () => {
      // Without a price it is not asked anything, however well it answers.
      await kernel.pricing.worstCase(model, 0, 0)
      if (model.url === undefined) return
      await answerOf(model.url, { method: 'HEAD' }, (why) => fault('model.unreachable', { model: model.name, why }))
    }),
  )
}

function watchChecks({ watch }: Company): Promise<Check>[] {
  if (!watch) return []
  const dropped = watch.dropped()
  return [
    checked('telemetry', async () => {
      const { url, headers } = watch.endpoint()
      const away = (why: string): Fault => fault('telemetry.unreachable', { url, why })
      const json = { 'content-type': 'application/json', ...headers }
      // A request without a span is one that every collector takes.
      const answer = await answerOf(url, { method: 'POST', headers: json, body: '{"resourceSpans":[]}' }, away)
      if (!answer.ok) throw new Refusal(away(`it answered ${answer.status}`))
      const trouble = watch.trouble()
      if (trouble) throw new Refusal(trouble)
      if (dropped > 0) throw new Refusal(fault('telemetry.dropped', { count: dropped }))
    }),
  ]
}

async function answerOf(url: string, request: RequestInit, away: (why: string) => Fault): Promise<Response> {
  try {
    return await fetch(url, { ...request, signal: AbortSignal.timeout(patienceMs), redirect: 'manual' })
  } catch (error) {
    if (!(error instanceof Error)) throw error
    throw new Refusal(away(error.cause instanceof Error ? error.cause.message : error.message))
  }
}

async function checked(what: string, check: () => Promise<void>): Promise<Check> {
  try {
    await check()
    return { what, fault: null }
  } catch (caught) {
    return { what, fault: faultIn(caught) }
  }
}
