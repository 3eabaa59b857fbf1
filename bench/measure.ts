/** One number that a benchmark found. A benchmark is a program that prints its measures as lines of JSON. */
export interface Measure {
  readonly name: string
  readonly value: number
  readonly unit: string
  /** What we want of it, in words: `at least 2000`. */
  readonly goal?: string
}

/** Prints a measure for bench/run.ts to read. */
export function report(measure: Measure): void {
  process.stdout.write(`${JSON.stringify(measure)}\n`)
}

/** The measures among the lines that a benchmark printed. Other lines are passed over: a warning of Node is no measure. */
export function measuresIn(output: string): Measure[] {
  return output
    .split('\n')
    .filter((line) => line.startsWith('{"name":'))
    .map((line) => JSON.parse(line) as Measure)
}

/** The value below which this share of the sorted values lies: `quantile(values, 0.5)` is the median. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const at = Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)
  return sorted[Math.max(0, at)] ?? Number.NaN
}

/** Three digits are all that a benchmark on a shared machine can promise. */
export function round(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en-US', { maximumFractionDigits: 3 })
}
