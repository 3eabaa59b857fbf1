import type { Breakers, Failed } from '../models/breaker.ts'
import { askedPause } from '../values/asked-pause.ts'
import { type Fault, fault, Refusal } from '../values/fault.ts'
import { between, type Instant, isoInstant, later, milliseconds } from '../values/time.ts'
import type { Attempt } from './attempt.ts'
import type { Performed } from './ending.ts'
import type { Kernel, OpenAdapter } from './kernel.ts'

/** Under which name the breaker of an adapter stands, beside those of the accounts of models. */
export const accountOf = ({ adapter }: Pick<OpenAdapter, 'adapter'>): string => `adapter:${adapter.name}`

/** What can be reached only through the breaker of its adapter. */
type Shut = Extract<Performed, { kind: 'fault' | 'postponed' }>

// An action asks for its reach, looks itself up and is done: three calls, each within the provider's own time.
const mostCalls = 3

/**
 * Lets the work pass that calls this adapter, unless its breaker is shut: then nothing is called nor intended. What nobody waits for is
 * postponed until the adapter may be back; what somebody waits for fails with the fault that says so. `doubt`: an earlier call may have
 * happened; it waits in either lane, because a task that ends would leave nobody to look it up.
 */
export async function through<T>(
  attempt: Attempt,
  open: OpenAdapter,
  doubt: boolean,
  work: () => Promise<T>,
): Promise<T | Shut> {
  const door = enter(attempt, open, doubt)
  if (door.kind !== 'open') return door
  try {
    return await work()
  } finally {
    door.leave()
  }
}

/** Passes as `through` does, for work that ends elsewhere: whoever passed leaves in the end. */
export function enter({ kernel, run }: Attempt, open: OpenAdapter, doubt: boolean): OpenDoor | Shut {
  const door = knock(kernel.breakers, open)
  if (door.kind === 'open') return door
  const why = shutFault(kernel, open, door)
  if (run.lane === 'interactive' && !doubt) return { kind: 'fault', fault: why }
  return { kind: 'postponed', fault: why, until: spread(kernel, door.until) }
}

/** The same for what is asked outside of tasks, or aside of them. Fault (thrown): `adapter.shut`. */
export async function throughOrRefuse<T>(
  kernel: Pick<Kernel, 'breakers' | 'clock'>,
  open: OpenAdapter,
  work: () => Promise<T>,
): Promise<T> {
  const door = knock(kernel.breakers, open)
  if (door.kind === 'shut') throw new Refusal(shutFault(kernel, open, door))
  try {
    return await work()
  } finally {
    door.leave()
  }
}

/** What an adapter threw or refused, told to its breaker: a failure of its own, an answer, or nothing that speaks of it. */
export function tell(breakers: Breakers, open: OpenAdapter, found: Fault | 'answered' | 'silent'): void {
  const account = accountOf(open)
  const heard = found === 'silent' ? silent(open) : found === 'answered' ? found : failureIn(found)
  if (heard === 'answered') breakers.answered(account)
  else if (heard !== 'nothing') breakers.failed(account, heard)
}

type ShutDoor = { readonly kind: 'shut'; readonly until: Instant; readonly why: Fault }
type OpenDoor = { readonly kind: 'open'; readonly leave: () => void }

function knock(breakers: Breakers, open: OpenAdapter): OpenDoor | ShutDoor {
  const account = accountOf(open)
  const shut = breakers.shut().get(account)
  const admitted = breakers.admit(account, milliseconds(open.adapter.provider.timeout * mostCalls))
  if (!admitted && shut) return { kind: 'shut', ...shut }
  // Only who looks whether it is back may give that up: others began before it was shut.
  return { kind: 'open', leave: () => (shut ? breakers.givenUp(account) : undefined) }
}

function shutFault({ clock }: Pick<Kernel, 'clock'>, { adapter }: OpenAdapter, { until, why }: ShutDoor): Fault {
  const said = (why.about.why ?? why.message).replace(/\.$/, '')
  const shut = fault('adapter.shut', { adapter: adapter.name, at: isoInstant(until), why: said })
  return { ...shut, about: { ...shut.about, retryAfterMs: String(Math.max(0, between(clock.now(), until))) } }
}

const mostSpread = 30_000
const leastSpread = 1000

/** Not all at the same moment: the first finds out whether it is back, and the others follow over half of the pause again. */
function spread({ clock, random }: Pick<Kernel, 'clock' | 'random'>, until: Instant): Instant {
  const half = between(clock.now(), until) / 2
  return later(until, milliseconds(Math.round(Math.min(Math.max(half, leastSpread), mostSpread) * random())))
}

function silent({ adapter }: OpenAdapter): Failed {
  return { failure: 'silent', why: fault('adapter.unreachable', { adapter: adapter.name, why: 'no answer in time' }) }
}

/** A refusal of what was asked (a bad address, a changed draft) is an answer. What happened on our side says nothing of the adapter. */
function failureIn(why: Fault): Failed | 'answered' | 'nothing' {
  switch (why.code) {
    case 'adapter.unreachable':
      return { failure: 'down', why }
    case 'adapter.nonsense':
    case 'adapter.changed':
      return { failure: 'malformed', why }
    case 'adapter.busy': {
      const retryAfter = askedPause(why)
      // A mail server that puts off one recipient takes the next one's mail: without a pause it is the answer that counts, not the server.
      return retryAfter === undefined ? { failure: 'unfit', why } : { failure: 'limited', why, retryAfter }
    }
    default:
      return ours.test(why.code) ? 'nothing' : 'answered'
  }
}

// `fetch.failed` is of one address among many, not of the adapter that reads them.
const ours = /^(store|vault|secret|company|task|queue)\.|^(adapter\.(stopped|shut)|fetch\.failed)$/
