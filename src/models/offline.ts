import type { ModelChoice } from './model.ts'

/**
 * The model that is none: deterministic, free, on this machine. It fills the wanted schema from the task's inputs, copying what is
 * there and quoting the best sentences of its sources; a longer text ends by saying that it was made without a model. It takes no
 * instruction from what it reads, calls no tool, and gives a confidence of 0.3. Known by its `modelId`, `offline/extractive`.
 */
export function offline(): ModelChoice {
  return {
    name: offlineModel,
    provider: 'offline',
    secrets: [],
    price: 'free',
    maxOutputTokens: 8192,
    // Loaded by who asks it: a company that has other models may never do.
    open: async () => (await import('./offline/language.ts')).extractive(offlineModel),
  }
}

export const offlineModel = 'offline/extractive'
