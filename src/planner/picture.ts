import { formatDelay } from '../values/time.ts'
import { captionOf, layersOf, needsAmong } from './layers.ts'
import type { Plan, PlannedTask } from './plan.ts'
import { placedTasks } from './walk.ts'

/** The plan as a Mermaid flowchart. The same plan gives the same text. Gates are hexagons, conditions diamonds, bodies boxes. */
export function mermaid(plan: Plan): string {
  const lines = ['flowchart TD', ...mermaidTasks(plan.tasks, '  ')]
  if ([...placedTasks(plan)].some(({ task }) => task.kind === 'gate')) lines.push('  classDef gate stroke-width:3px')
  return `${lines.join('\n')}\n`
}

// Two boxes and the gap between them fit the 80 columns that a terminal has before somebody makes it wider.
const boxWidth = 32
const columns = 80

/**
 * The plan as boxes for a terminal, in rows from what comes first to what comes last, at most 80 columns wide. Gates have double
 * lines; `←` names what a task waits for.
 */
export function drawing(plan: Plan): string {
  return `${drawTasks(plan.tasks, columns).join('\n')}\n`
}

function mermaidTasks(tasks: readonly PlannedTask[], indent: string): string[] {
  const nodes = tasks.flatMap((task) => {
    if (task.kind !== 'each') return [`${indent}${mermaidNode(task)}`]
    const title = label(`${task.name}: ${captionOf(task)}`)
    return [
      `${indent}subgraph ${idOf(task.name)} [${title}]`,
      ...mermaidTasks(task.body, `${indent}  `),
      `${indent}end`,
    ]
  })
  const edges = tasks.flatMap((task) =>
    needsAmong(task, tasks).map((need) => {
      const arrow = task.guards.includes(need) ? '-. if .->' : '-->'
      return `${indent}${idOf(need)} ${arrow} ${idOf(task.name)}`
    }),
  )
  return [...nodes, ...edges]
}

function mermaidNode(task: PlannedTask): string {
  const text = label(
    `${task.name}<br/>${captionOf(task)}${task.delay === null ? '' : `, after ${formatDelay(task.delay)}`}`,
  )
  const id = idOf(task.name)
  if (task.kind === 'gate') return `${id}{{${text}}}:::gate`
  if (task.kind === 'when') return `${id}{${text}}`
  return task.kind === 'plan' ? `${id}[[${text}]]` : `${id}[${text}]`
}

/** Mermaid reads words like `end` as its own: no id is left bare. */
function idOf(name: string): string {
  return `t_${name.replace(/[^a-z0-9]/gi, '_')}`
}

function label(text: string): string {
  return `"${text.replaceAll('"', '#quot;').replace(/<(?!br\/>)/g, '#lt;')}"`
}

function drawTasks(tasks: readonly PlannedTask[], width: number): string[] {
  const perRow = Math.max(1, Math.floor((width + 2) / (boxWidth + 2)))
  return layersOf(tasks).flatMap((layer, index) => {
    const rows = Array.from({ length: Math.ceil(layer.length / perRow) }, (_, row) =>
      sideBySide(layer.slice(row * perRow, (row + 1) * perRow).map((task) => box(task, tasks, width))),
    )
    const bodies = layer.flatMap((task) => (task.kind === 'each' ? drawBody(task.name, task.body, width) : []))
    return [...(index === 0 ? [] : [`${' '.repeat(Math.min(boxWidth, width) / 2)}↓`]), ...rows.flat(), ...bodies]
  })
}

function drawBody(name: string, body: readonly PlannedTask[], width: number): string[] {
  const inner = drawTasks(body, Math.max(12, width - 2)).map((line) => `┊ ${line}`)
  return [clip(`┊ for each item of ${name}:`, width), ...inner]
}

function box(task: PlannedTask, among: readonly PlannedTask[], width: number): string[] {
  const inner = Math.min(boxWidth, width) - 4
  const needs = needsAmong(task, among)
  const texts = [
    task.name,
    captionOf(task),
    ...(task.kind === 'gate' && task.covers.length > 0 ? wrap('covers ', task.covers, inner) : []),
    ...(task.delay === null ? [] : [`after ${formatDelay(task.delay)}`]),
    ...(needs.length === 0 ? [] : wrap('← ', needs, inner)),
  ]
  const [corner, line, side] = task.kind === 'gate' ? (['╔╗╚╝', '═', '║'] as const) : (['┌┐└┘', '─', '│'] as const)
  const rule = (from: number) => `${corner[from]}${line.repeat(inner + 2)}${corner[from + 1]}`
  return [rule(0), ...texts.map((text) => `${side} ${clip(text, inner).padEnd(inner)} ${side}`), rule(2)]
}

function sideBySide(boxes: readonly (readonly string[])[]): string[] {
  const height = Math.max(...boxes.map((one) => one.length))
  return Array.from({ length: height }, (_, row) =>
    boxes
      .map((one) => one[row] ?? ' '.repeat(one[0]!.length))
      .join('  ')
      .trimEnd(),
  )
}

/** A list in as many lines as it needs, indented below its first word. */
function wrap(head: string, words: readonly string[], width: number): string[] {
  const lines: string[] = []
  let line = head
  for (const [index, word] of words.entries()) {
    const text = index < words.length - 1 ? `${word}, ` : word
    if (line.trim() !== head.trim() && line.trim() !== '' && line.length + text.trimEnd().length > width) {
      lines.push(line.trimEnd())
      line = ' '.repeat(head.length)
    }
    line += text
  }
  return [...lines, line]
}

function clip(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`
}
