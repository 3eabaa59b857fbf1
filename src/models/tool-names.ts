/**
 * Tools by the names that providers accept: OpenAI takes letters, digits, `_` and `-`, at most 64 of them, so `mail.send` goes out
 * as `mail_send`. The same list always gives the same names, also in a later turn and another process; no two are the same.
 */
export function wireNames(names: readonly string[]): ReadonlyMap<string, string> {
  const wires = new Map<string, string>()
  const taken = new Set<string>()
  for (const name of names) {
    const plain = wireName(name)
    let wire = plain
    for (let count = 2; taken.has(wire); count += 1) wire = `${plain.slice(0, 60)}_${count}`
    taken.add(wire)
    wires.set(name, wire)
  }
  return wires
}

/** The wire name of one tool that has no rival. */
export function wireName(name: string): string {
  return name.replace(/[^\w-]/g, '_').slice(0, longest)
}

const longest = 64
