import type { Store, Tx } from '../store/store.ts'
import type { Row } from '../store/tables.ts'
import type { Journal } from '../telemetry/journal.ts'
import { refuse } from '../values/fault.ts'
import { type ControlId, companyIdentity, type Ids, type RunId } from '../values/id.ts'
import type { Clock } from '../values/time.ts'
import { mostWaiting } from './admission.ts'
import { type Control, type ControlScope, holdsAt, type Of, type Rule } from './control.ts'
import { controlOf, rowOf } from './control-row.ts'

/** A control on its way. */
export interface NewControl extends Pick<Control, 'scope' | 'rule' | 'lanes' | 'by' | 'until'> {
  readonly why: string
}

/** A control that holds now, and the one in whose place it stands. */
export interface SetControl {
  readonly set: Control
  /** With its reason; `null` where none of its kind held for its scope. */
  readonly replaced: (Control & { readonly why: string }) | null
}

/** The operator's controls. What stands is in memory: asking costs work that none is about a look at an empty list. */
export interface Controls {
  /** All that hold now. */
  standing(): readonly Control[]
  /** Those of a kind that hold now for one of these scopes. */
  find<K extends Rule['kind']>(kind: K, scopes: readonly ControlScope[]): readonly Of<K>[]
  /** Why one that stands was set. */
  why(id: ControlId): string
  /** Runs that were started under a throttle and have not begun. */
  readonly pending: Set<RunId>
  /** Holds from the COMMIT on. One of the same kind that stands for the same scope is lifted by it; gives that too. */
  set(tx: Tx, control: NewControl): Promise<SetControl>
  /** Faults: `input.unknown`, `control.over`. */
  lift(tx: Tx, id: ControlId, why: string): Promise<Control>
}

export interface ControlFoundation {
  readonly store: Store
  readonly journal: Journal
  readonly ids: Ids
  readonly clock: Clock
}

/** Reads what holds. */
export async function openControls(foundation: ControlFoundation): Promise<Controls> {
  const { store, journal, clock } = foundation
  const rows = await store.read.selectFrom('controls').selectAll().where('lifted_at', 'is', null).execute()
  const standing = new Map<ControlId, Control>(rows.map((row) => [row.id, controlOf(row)]))
  const reasons = new Map<ControlId, string>()
  for (const event of rows.length === 0 ? [] : await journal.at(rows.map((row) => row.set_seq))) {
    if (event.kind === 'control.set' && event.payload) reasons.set(event.payload.control, event.payload.why)
  }
  const waiting = await store.read
    .selectFrom('admissions')
    .select('run_id')
    .where('begun_at', 'is', null)
    .limit(mostWaiting)
    .execute()
  const now = (): readonly Control[] =>
    standing.size === 0 ? none : [...standing.values()].filter((control) => holdsAt(control, clock.now()))
  return {
    standing: now,
    find: <K extends Rule['kind']>(kind: K, scopes: readonly ControlScope[]) =>
      standing.size === 0
        ? []
        : (now().filter((one) => one.rule.kind === kind && scopes.includes(one.scope)) as unknown as readonly Of<K>[]),
    why: (id) => reasons.get(id) ?? '',
    pending: new Set(waiting.map((row) => row.run_id)),
    async set(tx, control) {
      const former = await standingRow(tx, control)
      const held = former !== undefined && holdsAt({ until: former.until_at }, clock.now())
      if (former) await writeLift(foundation, tx, former.id, held ? 'replaced' : 'expired', control.why)
      const set = await writeSet(foundation, tx, control)
      tx.afterCommit(() => {
        if (former) standing.delete(former.id)
        standing.set(set.id, set)
        reasons.set(set.id, control.why)
      })
      return { set, replaced: held ? { ...controlOf(former), why: reasons.get(former.id) ?? '' } : null }
    },
    async lift(tx, id, why) {
      const row = await tx.db.selectFrom('controls').selectAll().where('id', '=', id).executeTakeFirst()
      if (!row) refuse('input.unknown', { kind: 'control', name: id, nearest: '', command: 'soloist control list' })
      if (row.lifted_at !== null || !holdsAt({ until: row.until_at }, clock.now()))
        refuse('control.over', { control: id })
      await writeLift(foundation, tx, id, 'lifted', why)
      tx.afterCommit(() => {
        standing.delete(id)
        reasons.delete(id)
      })
      return controlOf(row)
    },
  }
}

const none: readonly Control[] = []

function standingRow(tx: Tx, { scope, rule }: NewControl): Promise<Row<'controls'> | undefined> {
  return tx.db
    .selectFrom('controls')
    .selectAll()
    .where('scope', '=', scope)
    .where('kind', '=', rule.kind)
    .where('lifted_at', 'is', null)
    .executeTakeFirst()
}

async function writeSet(parts: ControlFoundation, tx: Tx, given: NewControl): Promise<Control> {
  const { scope, rule, lanes, by, until, why } = given
  const control: Control = { id: parts.ids.next('ctl'), scope, rule, lanes, by, since: parts.clock.now(), until }
  const payload = { control: control.id, scope, rule, lanes, until, why }
  const seq = await parts.journal.append(tx, { kind: 'control.set', subject: companyIdentity, origin: by, payload })
  await tx.db.insertInto('controls').values(rowOf(control, seq)).execute()
  return control
}

async function writeLift(
  { journal, clock }: ControlFoundation,
  tx: Tx,
  control: ControlId,
  how: 'lifted' | 'replaced' | 'expired',
  why: string,
): Promise<void> {
  const payload = { control, how, why }
  const seq = await journal.append(tx, {
    kind: 'control.lifted',
    subject: companyIdentity,
    origin: 'operator',
    payload,
  })
  await tx.db
    .updateTable('controls')
    .set({ lifted_seq: seq, lifted_at: clock.now() })
    .where('id', '=', control)
    .execute()
}
