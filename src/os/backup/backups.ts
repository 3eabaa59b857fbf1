import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Fault, fault, Refusal, refuse } from '../../values/fault.ts'
import {
  type Clock,
  type Duration,
  hours,
  type Instant,
  isoInstant,
  later,
  milliseconds,
  minutes,
} from '../../values/time.ts'
import type { Tried } from '../archive/try-archive.ts'
import type { Chore } from '../chores.ts'
import type { Company } from '../commands.ts'
import type { BackupPlan } from '../config.ts'
import { backupSecret, type Failure, type KeptRow, keptBackups, lastFailure, recordFailure } from './kept.ts'

/** A backup that was restored for a trial before it got its name. */
export interface Backup {
  readonly path: string
  readonly takenAt: Instant
  readonly lastSeq: number
  readonly bytes: number
  /** SHA-256 of the file. */
  readonly hash: string
  /** Whether the file is there now. */
  readonly there: boolean
}

/** How the backups of a company stand; `null` where its config wants none. */
export interface Standing {
  readonly lastAt: Instant | null
  readonly nextAt: Instant
  /** Why the last try failed, if it did; also when none was made for too long. */
  readonly fault: Fault | null
}

/** A company's backups: made by themselves as they fall due, or when asked for. */
export interface Backups {
  /** Latest first. */
  list(): Promise<readonly Backup[]>
  standing(): Promise<Standing | null>
  /** Makes one now. Faults: `backup.off`, `secret.missing`, and those of an export. */
  take(): Promise<Backup>
  /** Restores a file for a trial, and removes what came of it. Without a passphrase that of the vault is used. Faults: `backup.changed`, `secret.missing`, those of an import. */
  trial(path: string, passphrase?: string): Promise<Tried>
  /** What the clock asks for; none where the config wants no backups. */
  readonly chores: readonly Chore[]
  /** Ends what is under way. */
  stop(): void
}

export type Parts = Pick<Company, 'kernel' | 'config' | 'places'>

// A disk that was unplugged is there again within minutes or days; each try copies the whole company.
const firstPause = minutes(5)
const longestPause = hours(6)

/** Opens the backups of a company, as its config wants them. What makes and tries them is loaded when it is needed. */
export function openBackups(parts: Parts): Backups {
  const { store, clock } = parts.kernel
  const { backup: plan } = parts.config
  const openedAt = clock.now()
  const stopping = new AbortController()
  // One at a time: a second one that is asked for meanwhile is the same.
  let taking: Promise<Backup> | undefined

  const take = async (): Promise<Backup> => {
    if (!plan) refuse('backup.off', {})
    taking ??= takeOne(parts, plan, stopping.signal).finally(() => {
      taking = undefined
    })
    return taking
  }
  const nextDue = async (wanted: BackupPlan): Promise<Instant> => {
    const failure = await lastFailure({ store })
    if (failure) return later(failure.at, pauseAfter(failure, wanted.every))
    const [latest] = await keptBackups({ store })
    return latest ? later(latest.taken_at, wanted.every) : openedAt
  }
  return {
    take,
    list: async () => (await keptBackups({ store })).map(asBackup),
    async standing() {
      if (!plan) return null
      const [latest] = await keptBackups({ store })
      const failure = await lastFailure({ store })
      const nextAt = await nextDue(plan)
      return { lastAt: latest?.taken_at ?? null, nextAt, fault: failure ? told(failure, nextAt) : null }
    },
    async trial(file, given) {
      const { tryBackup } = await import('./try-backup.ts')
      const path = resolve(parts.places.folder, file)
      return tryBackup(parts, { path, passphrase: given ?? passphraseOf(parts) }, stopping.signal)
    },
    chores: plan ? [choreOf(() => nextDue(plan), take, clock)] : [],
    stop: () => stopping.abort(),
  }
}

function passphraseOf({ kernel }: Parts): string {
  return kernel.vault.secret(backupSecret) ?? refuse('secret.missing', { adapter: 'backup', name: backupSecret })
}

async function takeOne(parts: Parts, plan: BackupPlan, signal: AbortSignal): Promise<Backup> {
  const { takeBackup } = await import('./take.ts')
  try {
    return await takeBackup(parts, plan, passphraseOf(parts), signal)
  } catch (error) {
    if (error instanceof Refusal && !signal.aborted) {
      await recordFailure(parts.kernel, parts.kernel.clock.now(), error.fault)
    }
    throw error
  }
}

function asBackup({ path, taken_at: takenAt, last_seq: lastSeq, bytes, hash }: KeptRow): Backup {
  return { path, takenAt, lastSeq, bytes, hash, there: existsSync(path) }
}

/** What could not be done is in the journal and told by doctor and health: it holds up nobody's run. */
function choreOf(nextDue: () => Promise<Instant>, take: () => Promise<Backup>, clock: Clock): Chore {
  return {
    name: 'backup',
    nextDue,
    async perform() {
      await take().catch(async (error: unknown) => {
        // A failure that could not even be noted (a full disk) is the chores' to tell, and to wait for.
        if (!(error instanceof Refusal) || (await nextDue()) <= clock.now()) throw error
      })
    },
  }
}

function pauseAfter({ tries }: Failure, every: Duration): Duration {
  return milliseconds(Math.min(firstPause * 2 ** (tries - 1), longestPause, every))
}

function told(failure: Failure, nextAt: Instant): Fault {
  return fault('backup.failed', {
    since: isoInstant(failure.since),
    why: failure.fault.message,
    at: isoInstant(nextAt),
  })
}
