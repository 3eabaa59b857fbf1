/** A part of a Markdown text under one heading. */
export interface Section {
  readonly heading: string | null
  readonly text: string
}

/** Cuts a Markdown body at its headings; what stands in fences is no heading. Sections without text are left out. Pure. */
export function sectionsOf(body: string): Section[] {
  const found: { heading: string | null; lines: string[] }[] = [{ heading: null, lines: [] }]
  let fenced = false
  for (const line of body.split('\n')) {
    if (/^\s*(```|~~~)/.test(line)) fenced = !fenced
    const heading = fenced ? undefined : headingIn(line)
    if (heading !== undefined) found.push({ heading, lines: [] })
    else found.at(-1)?.lines.push(line)
  }
  return found
    .map(({ heading, lines }) => ({ heading, text: lines.join('\n').trim() }))
    .filter(({ text }) => text !== '')
}

/** The heading that a line of Markdown is. By hand: an expression that also drops the marks behind it takes minutes for a line of blanks. */
export function headingIn(line: string): string | undefined {
  if (!/^#{1,6}\s/.test(line)) return undefined
  const text = line.replace(/^#+/, '').trim()
  let end = text.length
  while (text[end - 1] === '#') end -= 1
  return text.slice(0, end).trimEnd() || undefined
}
