import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { fault, Refusal, refuse } from '../values/fault.ts'
import type { IdentityId } from '../values/id.ts'
import type { Clock, Instant } from '../values/time.ts'
import { compiled } from './compiled.ts'
import { Mask, type MaskedPieces } from './mask.ts'
import { padded } from './padded.ts'
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
  /** The same for many in one query; those whose key was destroyed are left out. At most 1000. */
  readingKeys(subjects: Iterable<IdentityId>): Promise<ReadonlyMap<IdentityId, KeyObject>>
  /** The company's own key, and 32 bytes that belong to it, sealed under another key: for an archive. */
  sealCompanyKey(under: KeyObject, beside: Uint8Array): Buffer
  destroyKey(tx: Tx, subject: IdentityId): Promise<void>
  /** In force after the COMMIT; masked from now on. */
  setSecret(tx: Tx, name: string, value: string): Promise<void>
  /** Out of force after the COMMIT; its value stays masked. */
  removeSecret(tx: Tx, name: string): Promise<boolean>
  secret(name: string): string | undefined
  secretNames(): readonly string[]
  /** Replaces the value of every secret in a text by `[secret NAME]`. */
  mask(text: string): string
  /** The same for a text that comes in pieces, JSON or not. */
  maskPieces(): MaskedPieces
  /** The JSON text of a value with every secret in it replaced, member by member: it stays JSON. */
  maskJson(value: unknown): string
}

// Keys of subjects in memory: 10 000 of them are some 3 MB.
const maxCachedKeys = 10_000
const chain = 'chain'

/**
 * Opens the vault of a store with the company's key (32 bytes), or makes it in a new store.
 * Faults: `vault.wrong-key`, `store.corrupt` when there is a journal but no chain key.
 */
export async function openVault(store: Store, companyKey: Uint8Array, clock: Clock): Promise<Vault> {
  const vault = new OpenVault(store, createSecretKey(companyKey), clock)
  await vault.load()
  return vault
}

class OpenVault implements Vault {
  readonly #store: Store
  readonly #company: KeyObject
  readonly #clock: Clock
  readonly #mask = new Mask()
  /** Committed keys. */
  readonly #keys = new Map<string, KeyObject>()
  /** Keys as a batch sees them, not committed yet: after a roll-back they would seal what nobody could ever open. */
  readonly #fresh = new WeakMap<object, Map<string, KeyObject>>()
  /** Names whose destruction was ever begun: the table alone knows whether it was committed, so they are never cached. */
  readonly #doomed = new Set<string>()
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
    const row = await wrappedKey.first(this.#store.read, { name: chain })
    this.#chainKey = row ? this.#open(chain, row.wrapped) : await this.#store.write((tx) => this.#makeChainKey(tx))
    for (const { name, sealed } of await this.#store.read.selectFrom('secrets').select(['name', 'sealed']).execute()) {
      this.#take(name, this.#unwrap(sealed).toString('utf8'))
    }
  }

  async subjectKey(tx: Tx, subject: IdentityId): Promise<KeyObject> {
    return this.#keys.get(subject) ?? this.#fresh.get(tx.batch)?.get(subject) ?? this.#keyIn(tx, subject)
  }

  async readingKey(subject: IdentityId): Promise<KeyObject | undefined> {
    return this.#keys.get(subject) ?? (await this.readingKeys([subject])).get(subject)
  }

  async readingKeys(subjects: Iterable<IdentityId>): Promise<ReadonlyMap<IdentityId, KeyObject>> {
    const found = new Map<IdentityId, KeyObject>()
    const unknown = new Set<IdentityId>()
    for (const subject of subjects) {
      const cached = this.#keys.get(subject)
      if (cached) found.set(subject, cached)
      else unknown.add(subject)
    }
    if (unknown.size === 0) return found
    const rows = await this.#store.read
      .selectFrom('keys')
      .select(['name', 'wrapped'])
      .where('name', 'in', padded([...unknown]))
      .execute()
    for (const { name, wrapped } of rows) {
      if (!wrapped) continue
      const key = createSecretKey(this.#unwrap(wrapped))
      this.#remember(name, key)
      found.set(name as IdentityId, key)
    }
    return found
  }

  sealCompanyKey(under: KeyObject, beside: Uint8Array): Buffer {
    return seal(under, Buffer.concat([this.#company.export(), beside]))
  }

  async destroyKey(tx: Tx, subject: IdentityId): Promise<void> {
    this.#doomed.add(subject)
    this.#keys.delete(subject)
    this.#fresh.get(tx.batch)?.delete(subject)
    const at = this.#clock.now()
    // A row even for one who never had a key, so that none is made later.
    await tx.db
      .insertInto('keys')
      .values({ name: subject, wrapped: null, made_at: at, destroyed_at: at })
      .onConflict((clash) =>
        clash.column('name').doUpdateSet({ wrapped: null, destroyed_at: at }).where('keys.wrapped', 'is not', null),
      )
      .execute()
  }

  async setSecret(tx: Tx, name: string, value: string): Promise<void> {
    this.#mask.add(name, value)
    const sealed = seal(this.#company, Buffer.from(value, 'utf8'))
    const row = { name, sealed, set_at: this.#clock.now() }
    await tx.db
      .insertInto('secrets')
      .values(row)
      .onConflict((clash) => clash.column('name').doUpdateSet({ sealed: row.sealed, set_at: row.set_at }))
      .execute()
    tx.afterCommit(() => this.#take(name, value))
  }

  async removeSecret(tx: Tx, name: string): Promise<boolean> {
    const { numDeletedRows } = await tx.db.deleteFrom('secrets').where('name', '=', name).executeTakeFirst()
    tx.afterCommit(() => this.#secrets.delete(name))
    return numDeletedRows > 0n
  }

  secret(name: string): string | undefined {
    return this.#secrets.get(name)
  }

  secretNames(): readonly string[] {
    return [...this.#secrets.keys()].sort()
  }

  mask(text: string): string {
    return this.#mask.text(text)
  }

  maskPieces(): MaskedPieces {
    return this.#mask.pieces()
  }

  maskJson(value: unknown): string {
    return this.#mask.json(value)
  }

  async #makeChainKey(tx: Tx): Promise<KeyObject> {
    const event = await tx.db.selectFrom('events').select('seq').where('seq', '=', 1).executeTakeFirst()
    const key = await this.#keyIn(tx, chain)
    if (event) refuse('store.corrupt', { path: 'the vault', why: 'the key of the chain is gone' })
    return key
  }

  /** The key in the table, made if need be. Whoever comes second, in whatever process, gets the first one's key. */
  async #keyIn(tx: Tx, name: string): Promise<KeyObject> {
    let row = await wrappedKey.first(tx.db, { name })
    if (!row) {
      const wrapped = seal(this.#company, randomBytes(32))
      await insertKey.run(tx.db, { name, wrapped, at: this.#clock.now() })
      row = await wrappedKey.first(tx.db, { name })
    }
    const key = this.#open(name, row?.wrapped)
    this.#fresh.set(tx.batch, (this.#fresh.get(tx.batch) ?? new Map()).set(name, key))
    tx.afterCommit(() => this.#remember(name, key))
    return key
  }

  #open(name: string, wrapped: Uint8Array | null | undefined): KeyObject {
    if (!wrapped) refuse('vault.forgotten', { identity: name })
    return createSecretKey(this.#unwrap(wrapped))
  }

  #unwrap(wrapped: Uint8Array): Buffer {
    const plain = unseal(this.#company, wrapped)
    if (!plain) throw new Refusal(fault('vault.wrong-key', { path: '.soloist/vault.key' }))
    return plain
  }

  #take(name: string, value: string): void {
    this.#mask.add(name, value)
    this.#secrets.set(name, value)
  }

  #remember(name: string, key: KeyObject): void {
    if (this.#doomed.has(name)) return
    if (this.#keys.size >= maxCachedKeys) this.#keys.clear()
    this.#keys.set(name, key)
  }
}

const wrappedKey = compiled((db, given: { name: string }) =>
  db.selectFrom('keys').select('wrapped').where('name', '=', given.name),
)
const insertKey = compiled((db, given: { name: string; wrapped: Uint8Array; at: Instant }) =>
  db
    .insertInto('keys')
    .values({ name: given.name, wrapped: given.wrapped, made_at: given.at, destroyed_at: null })
    .onConflict((clash) => clash.doNothing()),
)
