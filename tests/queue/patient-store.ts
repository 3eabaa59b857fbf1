import type { Store } from '../../src/store/store.ts'

/**
 * The store for several processes that write without a pause: SQLite's lock is not fair, and a writer may wait five seconds in
 * vain. Nothing was done then, so it asks again.
 */
export function patient(store: Store): Store {
  return {
    ...store,
    async write(work) {
      for (;;) {
        try {
          return await store.write(work)
        } catch (error) {
          if (!isBusy(error)) throw error
        }
      }
    },
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && /database is locked|store\.busy/.test(error.message)
}
