import { backupSecret } from '../backup/kept.ts'
import type { Os } from '../os.ts'

/** A secret by name; its value is nowhere here. */
export interface SecretLine {
  readonly name: string
  readonly set: boolean
  /** Adapters, model providers and webhooks that declared it, `backup`, and `telemetry`. */
  readonly neededBy: readonly string[]
}

/** The secrets that are set and those that the config needs, by name. */
export function listSecrets(os: Os): SecretLine[] {
  const needed = new Map<string, Set<string>>(os.vault.secretNames().map((name) => [name, new Set()]))
  const need = (name: string, by: string): void => {
    needed.set(name, (needed.get(name) ?? new Set()).add(by))
  }
  if (os.config.backup) need(backupSecret, 'backup')
  for (const adapter of os.config.adapters) for (const name of adapter.provider.secrets) need(name, adapter.name)
  for (const { source, verify } of os.config.webhooks) need(verify.secret, `webhook ${source}`)
  for (const tier of Object.values(os.config.models)) {
    for (const model of tier) for (const name of model.secrets) need(name, model.provider)
  }
  for (const name of Object.values(os.config.telemetry?.otlp?.headers ?? {})) need(name, 'telemetry')
  return [...needed]
    .map(([name, by]) => ({ name, set: os.vault.secret(name) !== undefined, neededBy: [...by].sort() }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
}
