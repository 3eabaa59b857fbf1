import { registerHooks } from 'node:module'

let registered = false

/**
 * Lets a company's files import what Soloist brings along (`zod`), wherever they lie: what is not installed beside them is taken
 * from beside us. The name `soloist` itself is given by bin/own-name.js.
 */
export function lendOwnModules(): void {
  if (registered) return
  registered = true
  registerHooks({
    resolve(specifier, context, next) {
      try {
        return next(specifier, context)
      } catch (error) {
        const missing = error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND'
        if (!missing || !/^[@a-z][^:]*$/.test(specifier)) throw error
        return next(specifier, { ...context, parentURL: import.meta.url })
      }
    },
  })
}
