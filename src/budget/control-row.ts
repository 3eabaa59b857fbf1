import type { Row, Seq } from '../store/tables.ts'
import type { Control, ControlScope, Rule } from './control.ts'

/** A control as its row has it. */
export function controlOf(row: Row<'controls'>): Control {
  const { id, lanes, by, set_at: since, until_at: until } = row
  return { id, scope: row.scope as ControlScope, rule: ruleOf(row), lanes, by, since, until }
}

/** The row of a control that stands. */
export function rowOf({ id, scope, rule, lanes, by, since, until }: Control, seq: Seq): Row<'controls'> {
  return {
    id,
    scope,
    ...columnsOf(rule),
    lanes,
    by,
    set_seq: seq,
    set_at: since,
    until_at: until,
    lifted_seq: null,
    lifted_at: null,
  }
}

/** A rule with a place for all that any rule says. */
export function columnsOf(rule: Rule): Pick<Row<'controls'>, 'kind' | 'runs' | 'usd' | 'hours' | 'tier'> {
  return {
    kind: rule.kind,
    runs: rule.kind === 'throttle' ? rule.runs : null,
    usd: rule.kind === 'throttle' ? rule.usd : null,
    hours: rule.kind === 'window' ? rule.hours : null,
    tier: rule.kind === 'downgrade' ? rule.tier : null,
  }
}

function ruleOf(row: Row<'controls'>): Rule {
  switch (row.kind) {
    case 'throttle':
      return { kind: 'throttle', runs: row.runs, usd: row.usd }
    case 'window':
      return { kind: 'window', hours: row.hours ?? '' }
    case 'downgrade':
      return { kind: 'downgrade', tier: row.tier ?? 'cheap' }
    case 'stop':
      return { kind: 'stop' }
    default:
      return row.kind satisfies never
  }
}
