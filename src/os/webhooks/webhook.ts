import type { Signature } from '../../adapters/webhooks/signature.ts'
import type { Receivable } from '../../planner/receive.ts'
import type { Workflow } from '../../planner/workflow.ts'
import type { Json } from '../../values/json.ts'
import type { Duration } from '../../values/time.ts'

/** A part of what came in: of its body, which is JSON, or one of its headers. */
export type Part = BodyPart | { readonly $from: 'header'; readonly name: string }

/** A part of the body: what is signed. */
export interface BodyPart {
  readonly $from: 'body'
  readonly path: readonly string[]
}

/** A value in which any part may be one of what came in. */
export type Filled<T> =
  | Part
  | (T extends readonly unknown[] ? T : T extends object ? { readonly [K in keyof T]: Filled<T[K]> } : T)

/** Which events a rule is for: those that have this value there. */
export interface When {
  readonly at: Part
  readonly is: string | number | boolean
}

/** What an event does: it starts a run, or it answers a task that waits. */
export type Rule =
  | { readonly does: 'start'; readonly when: readonly When[]; readonly workflow: string; readonly input: Filled<Json> }
  | {
      readonly does: 'answer'
      readonly when: readonly When[]
      readonly what: Receivable<unknown>
      readonly match: Part
      readonly data: Filled<Json>
    }

/** A sender that this company listens to, at `/hooks/SOURCE`. */
export interface Webhook {
  readonly source: string
  readonly verify: Signature
  /**
   * The sender's own id of an event, in its body: a header is not signed, and whoever recorded an event could rename it. Without it,
   * what has the same `webhook-id` (Standard Webhooks sign it) or the same body is the same event.
   */
  readonly id?: BodyPart
  /** Whom it is about: a handle, of this system (`stripe`) unless it is an address. Who is not known is the company. */
  readonly subject?: { readonly of: Part; readonly system?: string }
  /** The first rule that fits is followed. An event that fits none is kept. */
  readonly on: readonly Rule[]
  /** Most new events; default: 600 a minute. */
  readonly rate?: { readonly count: number; readonly per: Duration }
}

/** Types a webhook of the config. */
export function webhook(given: Webhook): Webhook {
  return given
}

/** A part of the body by its dotted path: `data.object.id`. Without a path, all of it. */
export function body(path = ''): BodyPart {
  return { $from: 'body', path: path === '' ? [] : path.split('.') }
}

/** A header: `x-github-event`. */
export function header(name: string): Part {
  return { $from: 'header', name: name.toLowerCase() }
}

/** The event starts a run. What comes in is external: the run's plan must allow for that. */
export function starts<I, O>(
  workflow: Workflow<I, O>,
  rule: { readonly when?: When | readonly When[]; readonly input: Filled<NoInfer<I>> },
): Rule {
  return { does: 'start', when: list(rule.when), workflow: workflow.name, input: rule.input as Filled<Json> }
}

/** The event is what a task waits for, now or later. */
export function answers<T>(
  what: Receivable<T>,
  rule: { readonly when?: When | readonly When[]; readonly match: Part; readonly data: Filled<NoInfer<T>> },
): Rule {
  const { match, data } = rule
  return { does: 'answer', when: list(rule.when), what, match, data: data as Filled<Json> }
}

function list(when: When | readonly When[] | undefined): readonly When[] {
  if (when === undefined) return []
  // A list has an `at` too.
  return 'is' in when ? [when] : when
}
