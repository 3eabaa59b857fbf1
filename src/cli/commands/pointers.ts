import { Argument, Option } from 'commander'
import type { PointerLine } from '../../os/queries/pointers.ts'
import type { Desk } from '../desk.ts'
import { exit } from '../exit.ts'
import { asking, given, type Invocation, onDesk, type Verb } from '../invocation.ts'
import { plain, table } from '../render/table.ts'
import { formatTime } from '../render/time.ts'

/** Artifacts that live elsewhere: verbs of `soloist identity`. */
export const pointerVerbs: readonly Verb[] = [
  {
    name: 'pointers',
    does: 'List the artifacts of an identity that live elsewhere, and what became of them.',
    example: 'identity pointers ana@example.org --check',
    arguments: [new Argument('<identity>', 'an id, an email address or system:value')],
    options: [
      new Option('--check', 'look at each now'),
      new Option('--limit <count>', 'at most so many (default 50)'),
      new Option('--cursor <next>', 'go on where a page before ended'),
    ],
    action: onDesk(pointers),
  },
  {
    name: 'open',
    does: 'Open an artifact where it lives, and print its text.',
    example: 'identity open ptr_0k3v9q2m7x',
    arguments: [new Argument('<pointer>', 'the id of a pointer (ptr_…)')],
    action: asking<{ text: string; cut: boolean }>(
      'pointers.open',
      (_invocation, pointer = '') => ({ pointer }),
      ({ text, cut }) => `${plain(text)}${cut ? '\n(more is in it)' : ''}`,
    ),
  },
]

async function pointers(desk: Desk, invocation: Invocation, identity = ''): Promise<number> {
  const operation = invocation.options['check'] === true ? 'pointers.check' : 'pointers.list'
  const output = await desk.call(operation, { identity, ...given(invocation, 'limit', 'cursor') })
  const { items, next } = output as unknown as { readonly items: readonly PointerLine[]; readonly next: string | null }
  invocation.show(output, () => {
    const shown = pointerTable(items, invocation.world.timeZone)
    return next === null ? shown : `${shown}\nMore: --cursor ${next}`
  })
  return exit.ok
}

function pointerTable(items: readonly PointerLine[], timeZone: string): string {
  const rows = items.map(({ id, adapter, externalId, title, url, seenAt, state, since, why }) => [
    id,
    title ?? url ?? externalId,
    adapter,
    formatTime(seenAt, timeZone),
    `${state}${since === null ? '' : ` since ${formatTime(since, timeZone)}`}${why === null ? '' : `: ${why}`}`,
  ])
  return table(['pointer', 'what', 'at', 'seen', 'now'], rows, 'Nothing of theirs lives elsewhere.')
}
