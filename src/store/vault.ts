import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { fault, Refusal, refuse } from '../values/fault.ts'
import type { IdentityId } from '../values/id.ts'
import type { Clock } from '../values/time.ts'
import { seal, unseal } from './seal.ts'
import type { Store, Tx } from './store.ts'

/**
 * The company's keys and secrets, each wrapped with the company's key. Nothing else holds a secret.
 * A subject's key is made on first use; destroying it makes all that was sealed under it unreadable for ever.
 */
export interface Vault {
  readonly chainKey: KeyObject
  /** Fault: `vault.forgotten`. */
  subjectKey(tx: Tx, subject: IdentityId): Promise<KeyObject>
  /** The key for reading, or `undefined` when it was destroyed. */
  readingKey(subject: IdentityId): Promise<KeyObject | undefined>
  destroyKey(tx: Tx, subject: IdentityId): Promise<void>
  setSecret(tx: Tx, name: string, value: string): Promise<void>
  removeSecret(tx: Tx, name: string): Promise<boolean>
  secret(name: string): string | undefined
  secretNames(): readonly string[]
  /** Replaces the value of every secret in a text by `[secret NAME]`. */
  mask(text: string): string
}

// Keys of subjects in memory: 10 000 of them are some 3 MB.
const maxCachedKeys = 10_000
// A shorter secret would mask ordinary words.
const minMaskedLength = 4
const chain = 'chain'

/** Opens the vault of a store with the company's key (32 bytes), or makes it in a new store. Fault: `vault.wrong-key`. */
export async function openVault(store: Store, companyKey: Uint8Array, clock: Clock): Promise<Vault> {
  const vault = new OpenVault(store, createSecretKey(companyKey), clock)
  await vault.load()
  return vault
}

class OpenVault implements Vault {
  readonly #store: Store
  readonly #company: KeyObject
  readonly #clock: Clock
  readonly #keys = new Map<string, KeyObject>()
  readonly #secrets = new Map<string, string>()
  #chainKey: KeyObject | undefined

  constructor(store: Store, company: KeyObject, clock: Clock) {
    this.#store = store
    this.#company = company
    this.#clock = clock
  }

  get chainKey(): KeyObject {
    if (!this.#chainKey) throw new TypeError('the vault is not loaded')
    return this.#chainKey
  }

  async load(): Promise<void> {
    this.#chainKey = await this.#store.write((tx) => this.#key(tx, chain))
    for (const row of await this.#store.read.selectFrom('secrets').select(['name', 'sealed']).execute()) {
      this.#secrets.set(row.name, this.#unwrap(row.sealed).toString('utf8'))
    }
  }

  async subjectKey(tx: Tx, subject: IdentityId): Promise<KeyObject> {
    return this.#keys.get(subject) ?? this.#key(tx, subject)
  }

  async readingKey(subject: IdentityId): Promise<KeyObject | undefined> {
    const cached = this.#keys.get(subject)
    if (cached) return cached
    const row = await this.#store.read
      .selectFrom('keys')
      .select('wrapped')
      .where('name', '=', subject)
      .executeTakeFirst()
    return row?.wrapped ? this.#remember(subject, createSecretKey(this.#unwrap(row.wrapped))) : undefined
  }

  async destroyKey(tx: Tx, subject: IdentityId): Promise<void> {
    await tx.db
      .updateTable('keys')
      .set({ wrapped: null, destroyed_at: this.#clock.now() })
      .where('name', '=', subject)
      .where('wrapped', 'is not', null)
      .execute()
    this.#keys.delete(subject)
  }

  async setSecret(tx: Tx, name: string, value: string): Promise<void> {
    const sealed = seal(this.#company, Buffer.from(value, 'utf8'))
    const row = { name, sealed, set_at: this.#clock.now() }
    await tx.db
      .insertInto('secrets')
      .values(row)
      .onConflict((clash) => clash.column('name').doUpdateSet({ sealed: row.sealed, set_at: row.set_at }))
      .execute()
    this.#secrets.set(name, value)
  }

  async removeSecret(tx: Tx, name: string): Promise<boolean> {
    const { numDeletedRows } = await tx.db.deleteFrom('secrets').where('name', '=', name).executeTakeFirst()
    this.#secrets.delete(name)
    return numDeletedRows > 0n
  }

  secret(name: string): string | undefined {
    return this.#secrets.get(name)
  }

  secretNames(): readonly string[] {
    return [...this.#secrets.keys()].sort()
  }

  mask(text: string): string {
    let masked = text
    for (const [name, value] of this.#secrets) {
      if (value.length >= minMaskedLength) masked = masked.replaceAll(value, `[secret ${name}]`)
    }
    return masked
  }

  async #key(tx: Tx, name: string): Promise<KeyObject> {
    const row = await tx.db.selectFrom('keys').select(['wrapped']).where('name', '=', name).executeTakeFirst()
    if (row?.wrapped) return this.#remember(name, createSecretKey(this.#unwrap(row.wrapped)))
    if (row) refuse('vault.forgotten', { identity: name })
    const fresh = randomBytes(32)
    await tx.db
      .insertInto('keys')
      .values({ name, wrapped: seal(this.#company, fresh), made_at: this.#clock.now(), destroyed_at: null })
      .execute()
    // Not cached before the COMMIT: after a roll-back the key would seal what nobody could ever open.
    const key = createSecretKey(fresh)
    tx.afterCommit(() => this.#remember(name, key))
    return key
  }

  #unwrap(wrapped: Uint8Array): Buffer {
    const plain = unseal(this.#company, wrapped)
    if (!plain) throw new Refusal(fault('vault.wrong-key', { path: '.soloist/vault.key' }))
    return plain
  }

  #remember(name: string, key: KeyObject): KeyObject {
    if (this.#keys.size >= maxCachedKeys) this.#keys.clear()
    this.#keys.set(name, key)
    return key
  }
}
