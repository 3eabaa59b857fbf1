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
    const heading = fenced ? undefined : /^#{1,6}\s+(.+?)\s*#*$/.exec(line)?.[1]
    if (heading !== undefined) found.push({ heading, lines: [] })
    else found.at(-1)?.lines.push(line)
  }
  return found
    .map(({ heading, lines }) => ({ heading, text: lines.join('\n').trim() }))
    .filter(({ text }) => text !== '')
}
