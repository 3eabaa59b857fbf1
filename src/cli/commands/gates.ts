import { Argument, Option } from 'commander'
import type { Answer } from '../../os/os.ts'
import type { GateView, Inbox } from '../../os/queries/gates.ts'
import type { Fault } from '../../values/fault.ts'
import { refuse } from '../../values/fault.ts'
import type { GateId } from '../../values/id.ts'
import type { Json } from '../../values/json.ts'
import { placeNow, sayWhatNext, workOn } from '../after-work.ts'
import type { Desk } from '../desk.ts'
import { exit } from '../exit.ts'
import { asJson, textOf } from '../given-input.ts'
import { asking, type Invocation, onDesk, type Verb } from '../invocation.ts'
import { answering, gateCard, inboxList } from '../render/gates.ts'
import type { World } from '../world.ts'

/** What waits for the operator, and answering it. */
export const gateVerbs: readonly Verb[] = [
  {
    name: 'inbox',
    does: 'List what waits for you.',
    example: 'inbox',
    action: asking<Inbox>(
      'gates.list',
      () => ({ limit: 200 }),
      (inbox, { world }) => inboxList(inbox, world.timeZone),
    ),
  },
  {
    name: 'decide',
    does: 'Answer a gate. Shows its card first; the run then goes on.',
    example: 'decide gat_0k3v9q2m7x --return "Shorter, and mention the date"',
    arguments: [new Argument('[gate]', 'the id of a gate (gat_…)')],
    options: [
      new Option('--approve', 'approve exactly what the card shows'),
      new Option('--edit <file>', 'approve this content instead (- reads standard input)'),
      new Option('--reject <reason>', 'end it here'),
      new Option('--return <comment>', 'send it back; the comment reaches whoever made it'),
      new Option('--went-out', 'an effect in doubt: it happened'),
      new Option('--did-not', 'an effect in doubt: it did not happen'),
      new Option('--all', 'answer every gate that may be answered with others'),
    ],
    action: onDesk((desk, invocation, gate) =>
      invocation.options.all === true ? decideAll(desk, invocation) : decideOne(desk, invocation, gate),
    ),
  },
]

async function decideOne(desk: Desk, invocation: Invocation, id: string | undefined): Promise<number> {
  const { world } = invocation
  if (id === undefined) refuse('input.invalid', { what: 'decide', why: 'it wants the id of a gate, or --all' })
  const gate = (await desk.call('gates.show', { gate: id })) as unknown as GateView
  // Of a gate that was answered, the card would bury the line that says so.
  if (gate.state === 'open') world.err(`${gateCard(gate, world.timeZone)}\n`)
  const answer = await answerOf(invocation, gate)
  if (answer === undefined) {
    world.err(answering(gate))
    return exit.waits
  }
  const place = await placeNow(desk)
  const output = await desk.call('gates.decide', { gate: id, answer: answer as unknown as Json })
  const decided = output as unknown as GateView
  invocation.show(output, () => `Gate ${decided.id} is ${decided.state}.`)
  const worked = await workOn(desk, invocation, decided.run, place)
  sayWhatNext(invocation, worked)
  return worked.code
}

async function decideAll(desk: Desk, invocation: Invocation): Promise<number> {
  const { world } = invocation
  const answer = await answerOf(invocation, undefined)
  if (answer !== undefined && answer.verdict !== 'approved' && answer.verdict !== 'rejected') {
    refuse('input.invalid', { what: 'decide --all', why: 'it takes --approve or --reject REASON' })
  }
  const { batch } = (await desk.call('gates.list', { kind: 'batch', limit: 200 })) as unknown as Inbox
  for (const gate of batch) world.err(`${gateCard(gate, world.timeZone)}\n`)
  if (batch.length === 0) {
    invocation.show({ results: [] }, () => 'Nothing may be answered at once.')
    return exit.ok
  }
  if (answer === undefined) {
    world.err('Next: soloist decide --all --approve (or --reject REASON)')
    return exit.waits
  }
  // Exactly the gates that were shown: one that opens meanwhile is not answered unseen.
  const gates = batch.map((gate) => gate.id)
  const place = await placeNow(desk)
  const output = await desk.call('gates.decideBatch', { gates, answer: answer as unknown as Json })
  const { results } = output as unknown as { results: readonly { gate: GateId; fault: Fault | null }[] }
  invocation.show(output, () => results.map(resultLine).join('\n'))
  for (const run of new Set(batch.map((gate) => gate.run))) {
    sayWhatNext(invocation, await workOn(desk, invocation, run, place))
  }
  return results.some((result) => result.fault !== null) ? exit.fault : exit.ok
}

function resultLine({ gate, fault }: { gate: GateId; fault: Fault | null }): string {
  return fault === null ? `${gate}  answered` : `${gate}  ${fault.code}: ${fault.message}`
}

async function answerOf({ options, world }: Invocation, gate: GateView | undefined): Promise<Answer | undefined> {
  const said = ['approve', 'edit', 'reject', 'return', 'wentOut', 'didNot'].filter(
    (name) => options[name] !== undefined,
  )
  if (said.length > 1) refuse('input.invalid', { what: 'decide', why: 'it takes one answer' })
  switch (said[0]) {
    case 'approve':
      return { verdict: 'approved' }
    case 'edit':
      return { verdict: 'edited', content: await edited(world, options.edit as string, gate) }
    case 'reject':
      return { verdict: 'rejected', reason: options.reject as string }
    case 'return':
      return { verdict: 'returned', comment: options.return as string }
    case 'wentOut':
      return { verdict: 'went-out' }
    case 'didNot':
      return { verdict: 'did-not' }
    default:
      return undefined
  }
}

/** Text stays text where the content is text; else it is JSON. */
async function edited(world: World, source: string, gate: GateView | undefined): Promise<Json> {
  const text = await textOf(world, source)
  return typeof gate?.card?.content === 'string' ? text.replace(/\n$/, '') : asJson(text, source)
}
