import type { ModelChoice } from './model.ts'
export function offline(): ModelChoice {
  throw new TypeError('not yet')
}
