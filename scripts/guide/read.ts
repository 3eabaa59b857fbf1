/** One block of a guide that is played. Blocks of other kinds are for reading only. */
export type Block =
  | { readonly kind: 'install'; readonly line: number; readonly commands: readonly string[] }
  | { readonly kind: 'console'; readonly line: number; readonly stop: boolean; readonly steps: readonly Step[] }
  | { readonly kind: 'file'; readonly line: number; readonly path: string; readonly text: string }
  | { readonly kind: 'diff'; readonly line: number; readonly path: string; readonly changes: readonly Change[] }

/** A command, and the lines that it prints. */
export interface Step {
  readonly command: string
  readonly prints: readonly string[]
}

/** Lines that stand together in a file, and what comes in their place. */
export interface Change {
  readonly out: readonly string[]
  readonly in: readonly string[]
}

/**
 * Reads the blocks of a Markdown guide. What stands after the three back-ticks says what a block is: `sh install` (commands,
 * where `npm install` is replaced by the command under test), `console` (commands after `$ ` and what they print; with `stop` the
 * last one is stopped by Ctrl-C), `LANGUAGE file=PATH` (a whole file), `diff file=PATH` (lines to change in one).
 */
export function readGuide(markdown: string): Block[] {
  const blocks: Block[] = []
  const lines = markdown.split('\n')
  for (let at = 0; at < lines.length; at += 1) {
    const opening = /^```(\S+)\s*(.*)$/.exec(lines[at] ?? '')
    if (!opening) continue
    const end = lines.indexOf('```', at + 1)
    if (end === -1) throw new Error(`the block in line ${at + 1} does not end`)
    const block = blockOf(opening[1] ?? '', opening[2] ?? '', lines.slice(at + 1, end), at + 1)
    if (block) blocks.push(block)
    at = end
  }
  return blocks
}

function blockOf(language: string, words: string, lines: readonly string[], line: number): Block | undefined {
  const path = /\bfile=(\S+)/.exec(words)?.[1]
  if (language === 'sh' && words === 'install') return { kind: 'install', line, commands: lines }
  if (language === 'console') return { kind: 'console', line, stop: words === 'stop', steps: stepsIn(lines, line) }
  if (language === 'diff' && path !== undefined) return { kind: 'diff', line, path, changes: changesIn(lines) }
  return path === undefined ? undefined : { kind: 'file', line, path, text: `${lines.join('\n')}\n` }
}

function stepsIn(lines: readonly string[], line: number): Step[] {
  const steps: { command: string; prints: string[] }[] = []
  for (const text of lines) {
    if (text.startsWith('$ ')) steps.push({ command: text.slice(2), prints: [] })
    else if (steps.length === 0) throw new Error(`the block in line ${line} begins with no command`)
    else steps.at(-1)?.prints.push(text)
  }
  return steps
}

function changesIn(lines: readonly string[]): Change[] {
  const changes: { out: string[]; in: string[] }[] = []
  let before = ''
  for (const text of lines) {
    const sign = text[0]
    if (sign === '-' && before !== '-') changes.push({ out: [], in: [] })
    changes.at(-1)?.[sign === '-' ? 'out' : 'in'].push(text.slice(1))
    before = sign ?? ''
  }
  return changes
}

/** What must have been printed: `…` is anything within a line, and a line of its own any lines. */
export function pattern(prints: readonly string[]): RegExp {
  const lines = prints.map((line) =>
    line === '…' ? '(?:.*\\n)*?' : `${line.split('…').map(escaped).join('.*?')}[ \\t]*\\n`,
  )
  return new RegExp(`^${lines.join('')}\\n*$`)
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
