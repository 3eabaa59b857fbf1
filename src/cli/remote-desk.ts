import { randomBytes } from 'node:crypto'
import { deskProof } from '../os/desk-file.ts'
import type { Operation } from '../os/operation.ts'
import { operationNamed } from '../os/operations/registry.ts'
import type { Mode } from '../os/os.ts'
import type { EventView } from '../os/queries/events.ts'
import type { RunView } from '../os/queries/run.ts'
import type { Words } from '../telemetry/speaking.ts'
import { type Fault, Refusal, refuse } from '../values/fault.ts'
import type { RunId } from '../values/id.ts'
import type { Json } from '../values/json.ts'
import { between, instant } from '../values/time.ts'
import { type Desk, soon, type Watch } from './desk.ts'
import { serverSentEvents } from './event-source.ts'

// A desk on this machine answers its open health check in milliseconds; two seconds outlast a busy disk.
const patienceMs = 2000

/**
 * True when this company's own desk answers at this address: it proves that it has the token. Sends none, for after a crash another program
 * may listen there, or wait there for just that.
 */
export async function isThere(url: string, token: string): Promise<boolean> {
  const challenge = randomBytes(16).toString('base64url')
  try {
    const answer = await fetch(`${url}/api/health?challenge=${challenge}`, { signal: AbortSignal.timeout(patienceMs) })
    const body = (await answer.json()) as { readonly proof?: unknown }
    return body.proof === deskProof(token, challenge)
  } catch (error) {
    // Nobody there, too slow, or somebody else: whatever it is, it is no desk.
    if (error instanceof Error) return false
    throw error
  }
}

/** The desk of a `soloist start` that runs. */
export function openRemoteDesk(url: string, token: string): Desk {
  const headers = { authorization: `Bearer ${token}` }
  const ask = async (path: string, init: RequestInit): Promise<Response> => {
    try {
      return await fetch(`${url}${path}`, { ...init, headers: { ...headers, ...init.headers } })
    } catch (error) {
      refuse('desk.unreachable', { url, why: reasonOf(error) })
    }
  }
  const call = async (name: string, input: Json): Promise<Json> => {
    const answer = await ask(...requestFor(operationNamed(name), input))
    const body = (await answer.json()) as Json
    if (!answer.ok) throw new Refusal({ ...(body as unknown as { fault: Fault }).fault, about: {} })
    return body
  }
  return {
    call,
    async settle(run, after, watch) {
      const leaving = new AbortController()
      const path = `/api/events/stream?run=${run}&after=${after}${watch.spoken ? '&words=true' : ''}`
      const stream = await ask(path, { signal: leaving.signal })
      try {
        await follow(call, stream, { run, after, watch })
      } catch (error) {
        if (error instanceof Refusal || !(error instanceof TypeError)) throw error
        refuse('desk.unreachable', { url, why: reasonOf(error) })
      } finally {
        leaving.abort()
      }
    },
    close: async () => {},
  }
}

function requestFor({ http }: Operation, input: Json): [string, RequestInit] {
  const rest = { ...(input as Readonly<Record<string, Json>>) }
  const path = http.path.replace(/\{(\w+)\}/g, (_braces, field: string) => {
    const value = String(rest[field])
    delete rest[field]
    return encodeURIComponent(value)
  })
  if (http.method !== 'get') {
    return [`/api${path}`, { method: http.method.toUpperCase(), body: JSON.stringify(rest) }]
  }
  const query = new URLSearchParams(Object.entries(rest).map(([field, value]) => [field, String(value)]))
  return [`/api${path}?${query}`, {}]
}

interface Following {
  readonly run: RunId
  readonly after: number
  readonly watch: Watch
}

/** Hears each event of a run once, in order, until the run rests; those that came before the stream opened included. */
async function follow(call: Desk['call'], stream: Response, { run, after, watch }: Following): Promise<void> {
  let place = after
  let now = 0
  const hear = (event: EventView): boolean => {
    if (event.seq <= place) return false
    place = event.seq
    // The desk's time, as of the last thing that happened: its clock need not be ours.
    now = event.at
    watch.heard(event)
    return true
  }
  const rests = async (): Promise<boolean> => {
    const { working, nextDue } = await pulseOf(call, run)
    if (working) return false
    for (let more = true; more; ) {
      const page = (await call('events.list', { run, after: place, limit: pageSize })) as unknown as EventPage
      for (const event of page.items) hear(event)
      more = page.next !== null
    }
    if (nextDue === null || nextDue - now > soon) return true
    watch.waits(between(instant(now), nextDue))
    return false
  }
  if (await rests()) return
  for await (const sent of serverSentEvents(stream)) {
    if (sent.event === 'words') {
      watch.spoken?.(JSON.parse(sent.data) as Words)
      continue
    }
    const event = JSON.parse(sent.data) as EventView
    if (hear(event) && mayEndWork(event.kind) && (await rests())) return
  }
}

interface EventPage {
  readonly items: readonly EventView[]
  readonly next: number | null
}

const pageSize = 1000

/** Not working: at an end, waiting for somebody, or for a time that lies ahead. */
async function pulseOf(call: Desk['call'], run: RunId): Promise<Pick<RunView, 'working' | 'nextDue'>> {
  const resting = { working: false, nextDue: null }
  const { state, lane, working, openGates, nextDue } = (await call('runs.show', { run })) as unknown as RunView
  if (state !== 'running' && state !== 'undoing') return resting
  const { mode, reasons } = (await call('company.mode', {})) as unknown as Mode
  // While the disk is nearly full nothing begins that nobody waits for, however due it is.
  const isKeptBack = lane === 'background' && reasons.some(({ because }) => because === 'disk')
  if (mode === 'paused' || isKeptBack) return resting
  // Between two transactions of the engine nothing is claimed nor due; only a gate or a time ahead means that it rests.
  return { working: working || (openGates === 0 && nextDue === null), nextDue }
}

function mayEndWork(kind: string): boolean {
  return /^(run\.|company\.|task\.(done|held|failed|retried|postponed|cancelled|skipped))/.test(kind)
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? error.cause.message : error.message
}
