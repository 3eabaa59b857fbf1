/** What an adapter may be asked to open: the provider's own name of it, and its address where it has one. */
export interface Artifact {
  readonly externalId: string
  readonly url: string | null
}

/** What was in it. `type` is its media type, as the provider says it. */
export interface Opened {
  readonly bytes: Uint8Array
  readonly type: string
}
