/** One operating fault: whether trying again helps, what it says and what comes next. Names in braces are filled in. */
export interface Entry {
  readonly retry: 'now' | 'later' | 'never'
  readonly says: string
  readonly next: string
}
