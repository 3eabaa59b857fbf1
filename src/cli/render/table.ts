/** Rows as columns of equal width, two spaces apart, under upper-case heads. No rows: what there is to say then. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[], whenEmpty: string): string {
  if (rows.length === 0) return whenEmpty
  const lines = [heads.map((head) => head.toUpperCase()), ...rows.map((row) => row.map(oneLine))]
  const widths = heads.map((_head, column) => Math.max(...lines.map((line) => width(line[column] ?? ''))))
  return lines
    .map((line) =>
      line
        .map((cell, column) => pad(cell, widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** What a name has for a value: a line, or one below the other; `null` where there is nothing to say. */
type Value = string | readonly string[] | null | undefined

/**
 * Names and values under each other, the names of equal width. Those without a value are left out. No text makes a line of its own: a title
 * from outside must not add one to a card by which the operator decides.
 */
export function facts(pairs: readonly (readonly [string, Value])[]): string {
  const said = pairs.flatMap(([name, value]) => (value === null || value === undefined ? [] : [{ name, value }]))
  const widest = Math.max(0, ...said.map(({ name }) => width(name)))
  return said
    .flatMap(({ name, value }) =>
      [value].flat().map((line, at) => `${pad(at === 0 ? name : '', widest)}  ${oneLine(line)}`),
    )
    .join('\n')
}

/** Each line moved to the right. */
export function indent(text: string, by = 2): string {
  return text.replace(/^(?=.)/gm, ' '.repeat(by))
}

// Control characters out of names and mails must not steer the terminal.
function oneLine(text: string): string {
  return plain(text).replace(/\s+/g, ' ').trim()
}

/** Text from anywhere without what a terminal would obey: control characters but line ends and tabs. */
export function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '')
}

function width(text: string): number {
  return [...text].length
}

function pad(text: string, to: number): string {
  return text + ' '.repeat(Math.max(0, to - width(text)))
}
