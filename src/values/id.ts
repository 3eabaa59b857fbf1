import { hash } from 'node:crypto'
import { chanceBytes } from './chance.ts'

declare const brand: unique symbol

/** Every kind of id and its prefix. An id of one kind is not assignable to another. */
export type Prefix =
  | 'idn'
  | 'run'
  | 'tsk'
  | 'gat'
  | 'eff'
  | 'grn'
  | 'rsv'
  | 'fct'
  | 'ptr'
  | 'hok'
  | 'sub'
  | 'dlv'
  | 'rel'
  | 'mrg'
  | 'tie'
  | 'cmt'
  | 'prp'
  | 'ctl'
  | 'trl'
  | 'rpl'
export type Id<P extends Prefix> = `${P}_${string}` & { readonly [brand]: P }

/** The id of an identity: the canonical record that everything hangs on. */
export type IdentityId = Id<'idn'>
/** A run of a workflow. */
export type RunId = Id<'run'>
export type TaskId = Id<'tsk'>
/** A gate at which the operator decides. */
export type GateId = Id<'gat'>
/** An effect's id is its idempotency key. */
export type EffectKey = Id<'eff'>
export type GrantId = Id<'grn'>
export type ReservationId = Id<'rsv'>
/** What the operator said of an agent's versions. */
export type ReleaseId = Id<'rel'>
export type FactId = Id<'fct'>
export type PointerId = Id<'ptr'>
/** What made two identities one. */
export type MergeId = Id<'mrg'>
/** What one identity is to another. */
export type RelationId = Id<'tie'>
/** What we promised, or they. */
export type CommitmentId = Id<'cmt'>
/** A change of knowledge that waits for the operator. */
export type ProposalId = Id<'prp'>
/** What the operator throttles, schedules, downgrades or stops at run time. */
export type ControlId = Id<'ctl'>
/** A new version of an agent at trial. */
export type TrialId = Id<'trl'>
/** Recorded tasks that a version is given again. */
export type ReplayId = Id<'rpl'>
/** An event of a sender that came in by a webhook, however often it was delivered. */
export type ReceiptId = Id<'hok'>
/** An address that is told of events. */
export type SubscriptionId = Id<'sub'>
/** One event on its way to one subscription: its id is what the receiver dedupes by. */
export type DeliveryId = Id<'dlv'>

/** The identity of the company itself: the subject where nobody else fits. */
export const companyIdentity = 'idn_company' as IdentityId

/** The only source of fresh ids. Ids made later sort later (to the millisecond). */
export interface Ids {
  next<P extends Prefix>(prefix: P): Id<P>
}

/** Ids from a clock and 80 random bits. */
export function randomIds(now: () => number, random: (bytes: number) => Uint8Array = chanceBytes): Ids {
  return { next: (prefix) => `${prefix}_${base32(timeBytes(now()))}${base32(random(10))}` as Id<typeof prefix> }
}

/**
 * The same parts give the same id, in every attempt and every process (80 bits of SHA-256 and more). Tasks, gates and effects
 * are named so, which makes creating them again harmless. Where the first part is an id itself, the new one begins with that
 * one's time: what belongs to a run lies together in the tables, instead of on a page of its own each.
 */
export function derivedId<P extends Prefix>(prefix: P, ...parts: readonly (string | number)[]): Id<P> {
  const digest = base32(hash('sha256', JSON.stringify([prefix, ...parts]), 'buffer'))
  const [owner] = parts
  const time = typeof owner === 'string' && /^[a-z]{3}_/.test(owner) ? owner.slice(4, 12) : ''
  return `${prefix}_${time}${digest.slice(0, time === '' ? 20 : 16)}` as Id<P>
}

// A mark in the id itself: whoever reads an event, a task or a run sees without a query that nothing of it counts.
const repeated = 'run_again_'

/**
 * The id of the run that repeats a task for a trial or a replay, the same whoever makes it. What such runs say is neither history nor
 * news: nobody recalls it, and nobody is told.
 */
export function repeatId(cause: TrialId | ReplayId, task: TaskId): RunId {
  return `${repeated}${derivedId('run', cause, task).slice(4)}` as RunId
}

/** Whether this run repeats a task of another. */
export function isRepeat(run: RunId | null): boolean {
  return run?.startsWith(repeated) ?? false
}

/** Takes a text from outside for an id of this kind, or `undefined` when it is not of its form. */
export function asId<P extends Prefix>(prefix: P, text: string): Id<P> | undefined {
  return new RegExp(`^${prefix}_[0-9a-z_]{1,64}$`).test(text) ? (text as Id<P>) : undefined
}

// Crockford's alphabet in lower case: no i, l, o, u, so that an id can be read out on the phone.
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

function base32(bytes: Uint8Array): string {
  let bits = 0
  let value = 0
  let text = ''
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xffff
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += alphabet[(value >> bits) & 31]
    }
  }
  return bits > 0 ? text + alphabet[(value << (5 - bits)) & 31] : text
}

function timeBytes(ms: number): Uint8Array {
  const bytes = new Uint8Array(5)
  let rest = Math.floor(ms / 4) // 40 bits of 4 ms: until the year 2109
  for (let index = 4; index >= 0; index -= 1) {
    bytes[index] = rest & 0xff
    rest = Math.floor(rest / 256)
  }
  return bytes
}
