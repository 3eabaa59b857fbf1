/** The known name that was probably meant, or `undefined` when none is near: at most a third of its letters differ. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  let best: string | undefined
  let least = Number.POSITIVE_INFINITY
  for (const candidate of known) {
    // Of a name as long as a page none is near, and counting the steps would take seconds.
    if (Math.abs(name.length - candidate.length) > mostSteps(name, candidate)) continue
    const steps = distance(name.toLowerCase(), candidate.toLowerCase())
    if (steps < least) {
      least = steps
      best = candidate
    }
  }
  return best !== undefined && least <= mostSteps(name, best) ? best : undefined
}

/** ` Did you mean "writer"?`, or nothing: what `{nearest}` in a fault is filled with. */
export function didYouMean(name: string, known: Iterable<string>): string {
  const found = nearest(name, known)
  return found === undefined ? '' : ` Did you mean "${found}"?`
}

function mostSteps(name: string, candidate: string): number {
  return Math.max(1, Math.ceil(Math.max(name.length, candidate.length) / 3))
}

/** Edit distance where two swapped neighbours count once (optimal string alignment). */
function distance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, column) => column)]
  for (let row = 1; row <= a.length; row += 1) {
    const line = [row]
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1]
      let least = Math.min(
        rows[row - 1]![column]! + 1,
        line[column - 1]! + 1,
        rows[row - 1]![column - 1]! + (same ? 0 : 1),
      )
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1])
        least = Math.min(least, rows[row - 2]![column - 2]! + 1)
      line.push(least)
    }
    rows.push(line)
  }
  return rows[a.length]![b.length]!
}
