// A company's files import 'soloist'. Wherever the company lies, they get the Soloist that runs them: never a second copy, and
// no installed package is needed beside them. Examples in a checkout run with `node --import ./bin/own-name.js`.
import { existsSync } from 'node:fs'
import { registerHooks } from 'node:module'

const entries = { soloist: 'index', 'soloist/adapters': 'adapters/index', 'soloist/testing': 'testing/index' }
const source = new URL('../src/', import.meta.url)
const inCheckout = existsSync(source)

registerHooks({
  resolve(specifier, context, next) {
    const entry = Object.hasOwn(entries, specifier) ? entries[specifier] : undefined
    if (entry === undefined) return next(specifier, context)
    const url = inCheckout ? new URL(`${entry}.ts`, source) : new URL(`../dist/${entry}.js`, import.meta.url)
    return { url: url.href, shortCircuit: true }
  },
})
