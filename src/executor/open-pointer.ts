import type { Opened } from '../adapters/artifact.ts'
import { fetchOutside } from '../adapters/fetch.ts'
import type { PointerState } from '../store/memory-rows.ts'
import type { Row } from '../store/tables.ts'
import { type Fault, Refusal, refuse } from '../values/fault.ts'
import { seconds } from '../values/time.ts'
import { textOfArtifact } from './artifact-text.ts'
import { askAdapter } from './ask-adapter.ts'
import { lookAt } from './changes.ts'
import type { Kernel, OpenAdapter } from './kernel.ts'

type Pointer = Pick<Row<'pointers'>, 'id' | 'adapter' | 'external_id' | 'url' | 'content_hash'>

/** Bytes of an artifact that are fetched: a long report with its pictures left out. */
const largestArtifact = 5_000_000
/** The time that fetching one may take, with all its redirects. */
const longestFetch = seconds(20)
/** Faults that say that an artifact is there no more. */
const goneCodes: readonly Fault['code'][] = ['document.missing', 'fetch.gone', 'pointer.gone']

/** The text of an artifact. */
export interface ArtifactText {
  readonly text: string
  readonly type: string
  /** True where more is in it than was asked for. */
  readonly cut: boolean
}

/** What became of an artifact. `hash` is what is there now; `why` says why it is not known whether it changed. */
export interface Looked {
  readonly state: PointerState
  readonly hash: string | null
  readonly why: string | null
}

/**
 * Fetches an artifact through its adapter, or by its address where that cannot, and gives its text, at most `most` UTF-16 units of it.
 * Bounded in bytes and time. Faults: `pointer.gone`, `pointer.closed`, `fetch.refused`, `fetch.failed`, `input.too-large`, `adapter.*`.
 */
export async function openPointer(
  kernel: Kernel,
  pointer: Pointer,
  most: number,
  signal: AbortSignal,
): Promise<ArtifactText> {
  const name = nameOf(pointer)
  const opened = await fetched(kernel, pointer, signal).catch((error: unknown) => {
    if (error instanceof Refusal && goneCodes.includes(error.fault.code))
      refuse('pointer.gone', { pointer: name, why: reasonIn(error.fault) })
    throw error
  })
  if (opened.bytes.length > largestArtifact)
    refuse('input.too-large', { what: name, size: `${opened.bytes.length} bytes`, limit: `${largestArtifact} bytes` })
  const text = await textOfArtifact(opened)
  if (text === undefined)
    refuse('pointer.closed', { pointer: name, why: `it is ${opened.type}, and only texts are read` })
  return { text: text.slice(0, most), type: opened.type, cut: text.length > most }
}

/** Says what became of an artifact, as well as its adapter can tell. Never throws a Refusal: what cannot be looked at is unchecked. */
export async function lookAtPointer(kernel: Kernel, pointer: Pointer): Promise<Looked> {
  try {
    const open = adapterOf(kernel, pointer)
    if (open?.adapter.provider.look) {
      const hash = await lookAt(kernel, open, pointer.external_id)
      if (hash === null) return { state: 'gone', hash: null, why: null }
      if (pointer.content_hash === null)
        return unchecked('it is there; what was in it when it was seen is not known', hash)
      return { state: hash === pointer.content_hash ? 'unchanged' : 'changed', hash, why: null }
    }
    await fetched(kernel, pointer, new AbortController().signal)
    return unchecked('it is there; whether it changed cannot be told')
  } catch (error) {
    // An adapter is somebody's code: what it throws says why it could not look.
    if (!(error instanceof Refusal)) return unchecked(error instanceof Error ? error.message : String(error))
    if (goneCodes.includes(error.fault.code)) return { state: 'gone', hash: null, why: reasonIn(error.fault) }
    return unchecked(error.fault.message)
  }
}

/** As a person names it: `folder:library/glue.md`. */
function nameOf({ adapter, external_id }: Pick<Pointer, 'adapter' | 'external_id'>): string {
  return `${adapter}:${external_id}`
}

function unchecked(why: string, hash: string | null = null): Looked {
  return { state: 'unchecked', hash, why }
}

function adapterOf({ adapters }: Kernel, pointer: Pointer): OpenAdapter | undefined {
  for (const open of adapters.values()) if (open.adapter.name === pointer.adapter) return open
  return undefined
}

async function fetched(kernel: Kernel, pointer: Pointer, signal: AbortSignal): Promise<Opened> {
  const open = adapterOf(kernel, pointer)
  const opener = open?.adapter.provider.open
  if (open && opener) {
    const { external_id: externalId, url } = pointer
    const { clock, breakers } = kernel
    const bounds = { clock, breakers, key: 'open', most: longestFetch, signal }
    return askAdapter(open, bounds, (client, asking) => opener(client, { externalId, url }, asking))
  }
  if (pointer.url !== null && /^https?:/i.test(pointer.url)) {
    const { allowPrivate } = kernel
    return fetchOutside(pointer.url, signal, { allowPrivate, maxBytes: largestArtifact, timeout: longestFetch })
  }
  const why = open ? `${pointer.adapter} opens nothing` : `no adapter in the config is called ${pointer.adapter}`
  return refuse('pointer.closed', { pointer: nameOf(pointer), why })
}

/** Why, without the name that is told beside it. */
function reasonIn({ about, message }: Fault): string {
  return about.why ?? message.replace(/\.$/, '')
}
