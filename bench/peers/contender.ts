/** Where a contender works: in a fresh folder, and for those on PostgreSQL in a fresh cluster. */
export interface Place {
  readonly folder: string
  /** Of an empty database; an empty text for those that need none. */
  readonly url: string
  /** Jobs that it may work on at once. */
  readonly concurrency: number
}

/** What a job left behind, as the library's own database has it. */
export interface Written {
  readonly text: string
  /** What its steps gave back. */
  readonly steps: readonly string[]
}

/**
 * A library that can do a durable job of three steps, each of which gives back the job's text. Step and job are durable when
 * another connection sees them: PostgreSQL and SQLite show a commit to others once it is flushed.
 */
export interface Contender {
  /** What it was set to, in words. */
  readonly settings: readonly string[]
  /** Hands in a job. When the promise resolves, the job is on disk; gives its id. */
  enqueue(text: string): Promise<string>
  /** How many jobs have durably ended, asked on a connection that does no other work. */
  ended(): Promise<number>
  /** The same of one job. */
  hasEnded(id: string): Promise<boolean>
  written(): Promise<readonly Written[]>
  close(): Promise<void>
}

/** `returned` is called with a job's text when its function comes to its end: from then on it pays to ask whether it ended. */
export type Opening = (place: Place, returned: (text: string) => void) => Promise<Contender>

/** The text of a job: about 60 bytes, and no two are the same. */
export function textOf(number: number): string {
  return `Job ${String(number).padStart(8, '0')}: a sentence as long as a brief or a title is.`
}
