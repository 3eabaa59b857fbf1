import type { Adapter, Connect } from '../adapters/adapter.ts'
import type { OpenAdapter } from '../executor/kernel.ts'
import type { Vault } from '../store/vault.ts'
import { refuse } from '../values/fault.ts'
import type { Clock } from '../values/time.ts'
import type { Config } from './config.ts'

export interface OpenAdapters {
  readonly byAction: ReadonlyMap<string, OpenAdapter>
  readonly all: readonly OpenAdapter[]
  close(): Promise<void>
}

/**
 * The adapters of the config, each connected when it is first needed, with the secrets that it declared and no other.
 * Fault `config.invalid` when an action has two adapters, or an adapter cannot keep its port's promise.
 */
export function openAdapters(config: Config, vault: Vault, clock: Clock, folder: string): OpenAdapters {
  const clients = new Map<Adapter, Promise<unknown>>()
  const byAction = new Map<string, OpenAdapter>()
  const all = config.adapters.map((adapter): OpenAdapter => {
    const connect: Connect = {
      secret: (name) => secretOf(vault, adapter, name),
      clock,
      folder,
      fetch: globalThis.fetch,
    }
    const client = (): Promise<unknown> => {
      const open = clients.get(adapter) ?? Promise.resolve(adapter.provider.connect(connect))
      clients.set(adapter, open)
      // A client that could not connect is tried again by the next call.
      open.catch(() => clients.delete(adapter))
      return open
    }
    return { adapter, client }
  })
  for (const open of all)
    for (const [key, action] of Object.entries(open.adapter.port.actions)) {
      if (byAction.has(action.name)) invalid(`two adapters perform ${action.name}`)
      const how = open.adapter.actions[key]
      if (!how) invalid(`${open.adapter.name} does not perform ${action.name}`)
      if (action.effect === 'reversible' && how.undo === undefined)
        invalid(`${open.adapter.name} cannot undo ${action.name}`)
      if (action.effect !== 'none' && how.idempotency === 'none' && !how.presume)
        invalid(
          `${open.adapter.name} has no presume for ${action.name}: what it would have answered, once you say it went out`,
        )
      byAction.set(action.name, open)
    }
  return {
    byAction,
    all,
    async close() {
      for (const [adapter, client] of clients) await adapter.provider.close?.(await client)
    },
  }
}

function secretOf(vault: Vault, adapter: Adapter, name: string): string {
  if (!adapter.provider.secrets.includes(name))
    throw new TypeError(`${adapter.name} did not declare the secret "${name}"`)
  return vault.secret(name) ?? refuse('secret.missing', { adapter: adapter.name, name })
}

function invalid(why: string): never {
  refuse('config.invalid', { file: 'soloist.config.ts', why })
}
