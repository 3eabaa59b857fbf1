import { registerHooks } from 'node:module'

let registered = false

/**
 * Lets a company's files import `soloist` wherever they lie: always this very package, so that there is one copy of it; and
 * what the company has not installed itself (`zod`) from beside it.
 */
export function lendOwnModules(): void {
  if (registered) return
  registered = true
  registerHooks({
    resolve(specifier, context, next) {
      const ours = { ...context, parentURL: import.meta.url }
      if (/^soloist(\/|$)/.test(specifier)) return next(specifier, ours)
      try {
        return next(specifier, context)
      } catch (error) {
        const missing = error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND'
        if (!missing || !/^[@a-z]/.test(specifier) || specifier.includes(':')) throw error
        return next(specifier, ours)
      }
    },
  })
}
