/** One thing that is held: for machines, and as a line to read; `null`: for machines only. */
export interface Item {
  readonly data: object
  readonly line: string | null
}

/** As many rows or events as are in memory at once. */
export const pageSize = 200

/** Rows page by page: `next` gives those after a row, at most `pageSize`. */
export async function* paged<T>(next: (after: T | undefined) => Promise<readonly T[]>): AsyncGenerator<T> {
  let after: T | undefined
  for (;;) {
    const page: readonly T[] = await next(after)
    yield* page
    after = page.at(-1)
    if (page.length < pageSize) return
  }
}
