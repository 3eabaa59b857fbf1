import { takes } from '../../gate/gate-state.ts'
import type { Decision, GateView, Inbox } from '../../os/queries/gates.ts'
import type { Card } from '../../telemetry/card.ts'
import type { Json } from '../../values/json.ts'
import { formatUsd } from '../../values/money.ts'
import { confidenceLine } from './confidence.ts'
import { modeLine } from './mode.ts'
import { recalledOnCard } from './recalled.ts'
import { facts, indent, plain, table } from './table.ts'
import { formatTime } from './time.ts'
import { trialLines } from './trials.ts'

/** What waits for the operator: gates in two groups, what is to be mended outside, and how much is proposed. */
export function inboxList(inbox: Inbox, timeZone: string): string {
  const gates = inbox.confirm.length + inbox.batch.length
  const { proposals, mode, trials } = inbox
  const head = mode.mode === 'normal' ? [] : [modeLine(mode), '']
  if (gates + inbox.maintenance.length + proposals + trials.length === 0)
    return [...head, 'Nothing waits for you.'].join('\n')
  const group = (title: string, gates: readonly GateView[]): string[] =>
    gates.length === 0 ? [] : [title, indent(gateTable(gates, timeZone)), '']
  return [
    ...head,
    ...group('One by one', inbox.confirm),
    ...group('May be approved at once (soloist decide --all)', inbox.batch),
    ...mending(inbox.maintenance, timeZone),
    ...automations(inbox.maintenance),
    ...trialLines(inbox.trials),
    ...(proposals === 0 ? [] : [`Proposed to be known: ${proposals} (soloist knowledge proposals)`]),
    ...(gates === 0 ? [] : ['Next: soloist show GATE, then soloist decide GATE --approve']),
  ].join('\n')
}

/** How a gate is answered: with what makes sense for it, and nothing that it would refuse. */
export function answering({ id, reason }: Pick<GateView, 'id' | 'reason'>): string {
  if (reason === 'doubt') return `Next: soloist decide ${id} --went-out (or --did-not)`
  const others = [
    takes(reason, 'edited') ? '--edit FILE' : undefined,
    takes(reason, 'returned') ? '--return COMMENT' : undefined,
    '--reject REASON',
  ]
  return `Next: soloist decide ${id} --approve (or ${others.filter(Boolean).join(', ')})`
}

function mending(all: Inbox['maintenance'], timeZone: string): string[] {
  const open = all.filter(isOutside)
  if (open.length === 0) return []
  const lines = open.map(({ about, fault, openedAt }) =>
    plain(
      `${about.slice('adapter:'.length)}, since ${formatTime(openedAt, timeZone)}: ${fault.message}\nNext: ${fault.next}`,
    ),
  )
  return ['To be mended (it goes from here by itself once it is)', indent(lines.join('\n')), '']
}

/** What automations need is told by 'soloist upkeep': they are many, and few of them are urgent. */
function automations(all: Inbox['maintenance']): string[] {
  const count = all.filter((one) => !isOutside(one)).length
  if (count === 0) return []
  return [`${count} ${count === 1 ? 'automation needs' : 'automations need'} you (soloist upkeep)`]
}

const isOutside = ({ about }: Inbox['maintenance'][number]): boolean => about.startsWith('adapter:')

/** A gate with all that the operator needs to decide. */
export function gateCard(gate: GateView & { readonly decision?: Decision | null }, timeZone: string): string {
  const { card } = gate
  const head = facts([
    ['Gate', gate.id],
    ['Run', `${gate.run} (${gate.workflow}, ${gate.taskName})`],
    ['About', gate.subject.name ?? gate.subject.id],
    ['Kind', `${gate.kind}, ${gate.reason}`],
    ['State', gate.state],
    ...(card ? cardFacts(card, gate.confidence) : []),
    ['Until', gate.dueAt === null ? null : `${formatTime(gate.dueAt, timeZone)}, then ${gate.otherwise}`],
    ['Decided', gate.decision ? decisionLine(gate.decision, timeZone) : null],
  ])
  if (!card) return `${head}\n\nWhat it showed has been forgotten.`
  const recalled = card.recalled ? ['', 'Remembered', indent(recalledOnCard(card.recalled, timeZone))] : []
  const shown = card.content === null ? [] : ['', 'Content', indent(content(card.content))]
  return [plain(card.ask), '', head, ...shown, ...before(card), ...recalled].join('\n')
}

function cardFacts(card: Card, confidence: GateView['confidence']): Parameters<typeof facts>[0] {
  const { recipients, amount, madeBy, more } = card
  return [
    ['Does', card.actions.length === 0 ? null : card.actions.join(', ')],
    ['Reaches', recipients ? reach(recipients) : null],
    ['Pays', amount ? `${formatUsd(amount.cost)} to ${plain(amount.payee)}` : null],
    [
      'Asks for',
      more ? `${formatUsd(more.needed)} more from ${more.scope}, which has ${formatUsd(more.left)} left` : null,
    ],
    ['Made by', madeBy ? maker(madeBy) : null],
    ['Confidence', confidence ? confidenceLine(confidence) : null],
    ['Out of', card.sources.length === 0 ? null : card.sources.map(source)],
    ['Changed since', card.changed ? card.changed.map(change).join('; ') : null],
    ['Cost so far', formatUsd(card.costSoFar)],
    ['Fault', card.fault ? plain(`${card.fault.code}: ${card.fault.message}`) : null],
    ['Known', card.effect ? plain(JSON.stringify(card.effect.evidence)) : null],
  ]
}

function reach({ name, count, handles }: NonNullable<Card['recipients']>): string {
  const who = name ?? (handles ?? []).slice(0, 5).join(', ')
  return plain(`${who} (${count} ${count === 1 ? 'recipient' : 'recipients'})`)
}

const belowModels: Readonly<Record<string, string>> = {
  cached: 'an earlier answer: no model could be asked',
  fallback: 'by its own rules: no model could be asked',
}

function maker({ doer, version, model, rung }: NonNullable<Card['madeBy']>): string {
  const lower = rung === undefined ? '' : ` (${belowModels[rung] ?? `${rung}, a lower tier than it asks for`})`
  return `${doer}${version === undefined ? '' : ` v${version}`}${model === undefined ? '' : ` with ${model}`}${lower}`
}

function source({ seq, title, url }: Card['sources'][number]): string {
  return plain(`${title} (event ${seq}${url === undefined ? '' : `, ${url}`})`)
}

function change({ title, pointer, what }: NonNullable<Card['changed']>[number]): string {
  const words = { changed: 'not what it was', gone: 'gone', unchecked: 'cannot be looked at now' }
  return plain(`${title} (${pointer}): ${words[what]}`)
}

function decisionLine({ verdict, by, at, comment }: Decision, timeZone: string): string {
  const why = comment === null ? '' : `: ${plain(comment)}`
  return `${verdict} by the ${by} at ${formatTime(at, timeZone)}${why}`
}

/** What is asked is a sentence, and stands under its gate: beside it, no terminal would have room. */
function gateTable(gates: readonly GateView[], timeZone: string): string {
  const rows = gates.map((gate) => [gate.id, `${gate.workflow}/${gate.taskName}`, formatTime(gate.dueAt, timeZone)])
  const [head = '', ...lines] = table(['gate', 'from', 'until'], rows, '').split('\n')
  const asked = gates.map(({ subject, card, reason }) =>
    indent(plain(`${subject.name ?? subject.id}: ${card?.ask ?? reason}`.replace(/\s+/g, ' '))),
  )
  return [head, ...lines.flatMap((line, at) => [line, asked[at] ?? ''])].join('\n')
}

/** Content as a person reads it: long text as text, the rest as names and values. */
function content(value: Json): string {
  if (typeof value === 'string') return plain(value)
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return plain(JSON.stringify(value, null, 2))
  const entries = Object.entries(value as Readonly<Record<string, Json>>)
  return entries
    .map(([name, member]) => {
      const text = typeof member === 'string' ? plain(member) : plain(JSON.stringify(member))
      return text.includes('\n') ? `${name}:\n${indent(text)}` : `${name}: ${text}`
    })
    .join('\n')
}

function before(card: Card): string[] {
  return card.before
    ? ['', `The last one that you approved (event ${card.before.seq})`, indent(content(card.before.content))]
    : []
}
