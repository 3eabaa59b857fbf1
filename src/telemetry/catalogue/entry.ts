/** How much an event asks for attention. `debug` is the machinery, `error` wants the operator. */
export type Level = 'debug' | 'info' | 'warning' | 'error'

/** A sentence on an event, twice: for the document and for a log. */
export interface EventEntry {
  readonly level: Level
  /** When it is written. */
  readonly when: string
  /** What a log says. A path in braces is filled in from the payload: ids, counts, codes and names that an author gave, nothing else. */
  readonly says: string
}
