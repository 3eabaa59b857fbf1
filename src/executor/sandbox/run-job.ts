import { type Fault, fault, Refusal } from '../../values/fault.ts'
import { contentHash } from '../../values/json.ts'
import {
  between,
  type Clock,
  type Duration,
  formatDuration,
  type Instant,
  later,
  milliseconds,
  seconds,
} from '../../values/time.ts'
import type { Start, Told } from './boot-realm.ts'
import type { Child, Memory, Said } from './child.ts'
import { type Message, readMessage } from './message.ts'
import type { Answered, Job, Limits, Ran } from './sandbox.ts'
import { usedBy, watchProcess } from './watch.ts'

export interface Bounds {
  readonly clock: Clock
  readonly limits: Limits
  readonly memory: Memory
}

// A model agent has twelve turns; code that asks a thousand times is in a loop.
const mostWishes = 1000
const mostLogs = 500
const longestLog = 2000
const megabyte = 2 ** 20
// 0.04 s on a quiet machine.
const startTime = seconds(10)

/** Runs one job in a process: gives it the code, answers its wishes in their order, and ends with the first thing that goes wrong. */
export async function runJob<End>(child: Child, job: Job<End>, bounds: Bounds): Promise<Ran<End>> {
  const logs: string[] = []
  const turn = new Turn(child, job, bounds)
  try {
    turn.begin()
    for (let wishes = 0; ; ) {
      const said = await turn.next()
      if (said.kind !== 'message') return { kind: 'fault', fault: said.fault, logs }
      const { message } = said
      switch (message.kind) {
        case 'ready':
          if (turn.ready()) continue
          return { kind: 'fault', fault: fault('sandbox.protocol', { who: job.who, why: 'it began twice' }), logs }
        case 'log':
          if (logs.push(message.text.slice(0, longestLog)) <= mostLogs) continue
          return { kind: 'fault', fault: flood(job.who, `more than ${mostLogs} lines`), logs: logs.slice(0, mostLogs) }
        case 'threw':
          return {
            kind: 'fault',
            fault: fault('sandbox.failed', { who: job.who, why: oneLine(message.why) }),
            logs,
          }
        case 'done':
          return { kind: 'done', output: message.output, logs }
        case 'wish': {
          wishes += 1
          const ended =
            wishes > mostWishes
              ? flood(job.who, `more than ${mostWishes} wishes`)
              : await grant(turn, job, message, wishes)
          if (ended === undefined) continue
          return 'code' in ended ? { kind: 'fault', fault: ended, logs } : { kind: 'ended', end: ended.end, logs }
        }
        default:
          return message satisfies never
      }
    }
  } finally {
    turn.end()
  }
}

/** Answers a wish; gives what ends the job instead. */
async function grant<End>(
  turn: Turn,
  job: Job<End>,
  { id, wish }: Extract<Message, { kind: 'wish' }>,
  expected: number,
): Promise<Fault | Extract<Answered<End>, { kind: 'end' }> | undefined> {
  const { who } = job
  // Its number only tells answers apart in its own process; one that it makes up is a sign that it is not ours that speaks.
  if (id !== expected) return fault('sandbox.protocol', { who, why: `its wish ${expected} calls itself ${id}` })
  const { answer } = job
  if (!answer) return fault('sandbox.forbidden', { who, what: wish.what })
  const answered = await turn.rest(() => answer(wish))
  if (answered.kind === 'end') return answered
  turn.tell(answered.kind === 'value' ? { id, value: answered.value } : { id, refused: answered.why })
  return undefined
}

// What is thrown may be of many lines, and of characters that a terminal obeys.
function oneLine(text: string): string {
  return text
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, 600)
}

/** The fault of a job for which there is no process. */
function notStarted(who: string, why: string): Fault {
  return fault('sandbox.unavailable', { who, why: why.slice(0, 200) })
}

function flood(who: string, why: string): Fault {
  return fault('sandbox.output', { who, why })
}

type Next = { readonly kind: 'message'; readonly message: Message } | { readonly kind: 'fault'; readonly fault: Fault }

/** Whose turn it is: while it is the code's, its time runs; in all of it, it is watched. The first thing that goes wrong is why it ends. */
class Turn {
  readonly #child: Child
  readonly #job: Job<unknown>
  readonly #bounds: Bounds
  readonly #stops: (() => void)[] = []
  #wrong: Fault | undefined
  #left: number
  #since: Instant
  #stopTimer: () => void = () => undefined
  /** What its processor time was when it was ready. */
  #startedWith: Duration | undefined

  constructor(child: Child, job: Job<unknown>, bounds: Bounds) {
    this.#child = child
    this.#job = job
    this.#bounds = bounds
    this.#left = bounds.limits.time
    this.#since = bounds.clock.now()
  }

  begin(): void {
    const { clock, limits, memory } = this.#bounds
    const { who, signal, code, input, given = {}, now, seed } = this.#job
    const aborted = (): void => this.#stop(stoppedBy(signal, who))
    if (signal.aborted) aborted()
    signal.addEventListener('abort', aborted, { once: true })
    this.#stops.push(
      () => signal.removeEventListener('abort', aborted),
      watchProcess(clock, this.#child.pid, ({ cpu, bytes }) => {
        if (this.#startedWith !== undefined && cpu - this.#startedWith > limits.cpu)
          this.#stop(fault('sandbox.cpu', { who, limit: formatDuration(limits.cpu) }))
        if (bytes > memory.bytes) this.#stop(fullMemory(who, memory))
      }),
    )
    const start: Start = { code, input, given, now, seed: Number.parseInt(contentHash(seed).slice(0, 8), 16) | 0 }
    this.#child.write(JSON.stringify(start))
    this.#startBy(later(clock.now(), startTime))
  }

  /** The process is there: from now on the time is the code's. False when it was there before. */
  ready(): boolean {
    if (this.#startedWith !== undefined) return false
    this.#stopTimer()
    this.#startedWith = usedBy(this.#child.pid)?.cpu ?? milliseconds(0)
    this.#child.stepBack()
    this.#run()
    return true
  }

  async next(): Promise<Next> {
    const said = await this.#child.next()
    if (this.#wrong) return { kind: 'fault', fault: this.#wrong }
    if (said.kind !== 'line') return { kind: 'fault', fault: this.#faultOf(said) }
    const read = readMessage(said.line)
    if (read.ok) return { kind: 'message', message: read.message }
    return { kind: 'fault', fault: fault('sandbox.protocol', { who: this.#job.who, why: read.why }) }
  }

  /** Does something for the code, whose own time stands still meanwhile. */
  async rest<T>(work: () => Promise<T>): Promise<T> {
    this.#left -= between(this.#since, this.#bounds.clock.now())
    this.#stopTimer()
    try {
      return await work()
    } finally {
      this.#run()
    }
  }

  tell(told: Told): void {
    this.#child.write(JSON.stringify(told))
  }

  end(): void {
    this.#stopTimer()
    for (const stop of this.#stops) stop()
  }

  #startBy(at: Instant): void {
    const { clock } = this.#bounds
    this.#stopTimer = clock.wake(at, () => this.#stop(notStarted(this.#job.who, 'it did not begin in time')))
  }

  #run(): void {
    const { clock, limits } = this.#bounds
    const over = fault('sandbox.time', { who: this.#job.who, limit: formatDuration(limits.time) })
    this.#since = clock.now()
    this.#stopTimer = clock.wake(later(clock.now(), milliseconds(Math.max(0, this.#left))), () => this.#stop(over))
  }

  /** What was wrong first is the reason; that its process is gone is only what follows. */
  #stop(why: Fault): void {
    this.#wrong ??= why
    this.#child.kill()
  }

  #faultOf(said: Exclude<Said, { kind: 'line' }>): Fault {
    const { who } = this.#job
    if (said.kind === 'flood') return flood(who, said.why)
    const { code, signal, noise } = said
    const how = signal === null ? `exit code ${code}` : signal
    if (this.#startedWith === undefined)
      return notStarted(who, noise.trim().split('\n')[0] || `it ended at once: ${how}`)
    if (/heap out of memory|allocation failed|Cannot allocate memory|bad_alloc/i.test(noise))
      return fullMemory(who, this.#bounds.memory)
    if (signal === 'SIGXCPU') return fault('sandbox.cpu', { who, limit: formatDuration(this.#bounds.limits.cpu) })
    return fault('sandbox.crashed', { who, how })
  }
}

/** Whoever stops an attempt says why by a refusal; anything else only says that it is over. */
export function stoppedBy({ reason }: AbortSignal, who: string): Fault {
  return reason instanceof Refusal ? reason.fault : fault('sandbox.unavailable', { who, why: 'it was stopped' })
}

function fullMemory(who: string, { bytes }: Memory): Fault {
  return fault('sandbox.memory', { who, limit: `${Math.round(bytes / megabyte)} MiB` })
}
