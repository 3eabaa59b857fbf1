import type { Seq } from '../../store/tables.ts'
import type { DecisionFeatures } from '../../telemetry/memory-event.ts'
import { featuresOf } from './decision-features.ts'
import type { Statement } from './extract.ts'
import type { Stretch } from './stretch.ts'
import { type Tally, tallied } from './tally.ts'
import { type Counted, changedFacts } from './tally-facts.ts'

/** How far an identity is distilled, and what was counted until there. */
export interface Progress {
  /** The last event that is distilled; 0: none. */
  readonly until: Seq
  /** The event that says so; `null`: none. */
  readonly seq: Seq | null
  readonly tally: Tally
}

/** All that a stretch teaches, before it is written down. */
export interface Lesson {
  readonly stretch: Stretch
  readonly before: Progress
  readonly tally: Tally
  readonly counts: readonly Counted[]
  /** One for each key: what was said last. */
  readonly statements: readonly Statement[]
  readonly decisions: readonly DecisionFeatures[]
  /** Of which events nothing is kept but a count, or nothing at all: by kind. */
  readonly dropped: Readonly<Record<string, number>>
}

/** What a stretch teaches to whoever knows what was before it. Pure. */
export function lessonOf(stretch: Stretch, before: Progress, statements: readonly Statement[]): Lesson {
  const { tally, unused } = tallied(before.tally, stretch)
  const told = new Set(statements.flatMap(({ sources }) => sources))
  const silent = stretch.events.filter(({ kind, seq }) => kind === 'interaction.recorded' && !told.has(seq))
  const dropped: Record<string, number> = {}
  for (const { kind } of [...silent, ...unused]) dropped[kind] = (dropped[kind] ?? 0) + 1
  return {
    stretch,
    before,
    tally,
    counts: changedFacts(before.tally, tally),
    statements: lastSaid(statements),
    decisions: stretch.events.flatMap((event) =>
      event.kind === 'gate.decided' ? (featuresOf(event, stretch.around) ?? []) : [],
    ),
    dropped,
  }
}

function lastSaid(statements: readonly Statement[]): readonly Statement[] {
  const last = new Map<string, Statement>()
  for (const statement of statements) {
    const known = last.get(statement.key)
    if (!known || known.saidAt <= statement.saidAt) last.set(statement.key, statement)
  }
  return [...last.values()]
}
