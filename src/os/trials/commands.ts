import { type Share, sharesWith, sharesWithout } from '../../agents/shares.ts'
import type { Trial } from '../../agents/trial.ts'
import type { NewTrial } from '../../agents/trials.ts'
import type { Kernel } from '../../executor/kernel.ts'
import { letRolesGoOn } from '../../executor/route.ts'
import type { Tx } from '../../store/store.ts'
import { refuse } from '../../values/fault.ts'
import type { TrialId } from '../../values/id.ts'
import type { Usd } from '../../values/money.ts'
import { admit, refuseUnfit } from '../admit.ts'
import type { Company } from '../commands.ts'
import { makeIn } from '../release-commands.ts'
import { type KnownVersion, versionNamed, versionsOf } from '../versions.ts'
import { versionOf } from './follow-release.ts'

/** See `Os.trials`. */
export async function canary(
  company: Company,
  agent: string,
  version: string,
  share: number,
  why: string,
): Promise<TrialId> {
  const { kernel } = company
  const { all, tried, rest, base } = await sides(company, agent, version, share)
  const shares = sharesWith(rest, { hash: tried.artifact.hash, share })
  const trial = { ...pairOf(tried, base), kind: 'canary', share, limit: null, why } as const
  return released(kernel, async (tx) => {
    await makeIn(tx, kernel, { agent, kind: 'shares', shares, why, ...plain }, all)
    return kernel.trials.start(tx, trial)
  })
}

/** See `Os.trials`. */
export async function shadow(
  company: Company,
  agent: string,
  version: string,
  limit: Usd,
  why: string,
): Promise<TrialId> {
  const { kernel } = company
  const { all, tried, rest, base } = await sides(company, agent, version, null)
  const trial = { ...pairOf(tried, base), kind: 'shadow', share: null, limit, why } as const
  return released(kernel, async (tx) => {
    for (const { artifact } of [tried, base]) await kernel.shelf.publish(tx, artifact)
    // The old one does all of the work while the new one looks on, also where the folder has the new one already.
    if (takesWork(kernel, agent, tried.artifact.hash)) {
      const shares = sharesWithout(rest, new Set())
      await makeIn(tx, kernel, { agent, kind: 'shares', shares, why, ...plain }, all)
    }
    const id = await kernel.trials.start(tx, trial)
    await kernel.budget.setLimit(tx, { scope: `trial:${id}`, period: 'life' }, limit)
    return id
  })
}

/** See `Os.trials`. */
export async function promote(company: Company, agent: string, version: string, why: string): Promise<void> {
  const { kernel } = company
  const tried = await versionNamed(kernel, agent, version)
  await admit(company, tried.artifact, 100)
  const shares = [{ hash: tried.artifact.hash, share: 100 }]
  await released(kernel, (tx) => makeIn(tx, kernel, { agent, kind: 'shares', shares, why, ...plain }, [tried]))
}

/** See `Os.trials`. */
export async function stopTrial({ kernel }: Company, agent: string, why: string): Promise<void> {
  const trial = kernel.trials.open(agent) ?? noTrial(agent)
  const all = await versionsOf(kernel, agent)
  await released(kernel, async (tx) => {
    const left = sharesWithout(kernel.releases.current(agent)?.shares ?? [], new Set([trial.hash]))
    if (trial.kind === 'canary' && left.length > 0)
      await makeIn(tx, kernel, { agent, kind: 'shares', shares: left, why, ...plain }, all)
    const version = await versionOf(tx, trial.hash)
    await kernel.trials.move(tx, trial, { to: 'stopped', by: 'operator', version, because: [], runs: 0 })
  })
}

const plain = { cause: 'set', undoes: null, withdraws: [] } as const

/** One transaction that may release something, and the tasks that go on because of it. */
async function released<T>(kernel: Kernel, change: (tx: Tx) => Promise<T>): Promise<T> {
  const result = await kernel.store.write(change)
  await letRolesGoOn(kernel)
  return result
}

interface Sides {
  readonly all: readonly KnownVersion[]
  readonly tried: KnownVersion
  /** Who else does the work, and the one of them that does most: what the new one is compared with. */
  readonly rest: readonly Share[]
  readonly base: KnownVersion
}

/** `share`: what the new one is to take; nothing in the shadow, where it does not have to be proven yet. */
async function sides(company: Company, agent: string, version: string, share: number | null): Promise<Sides> {
  const { kernel } = company
  const tried = await versionNamed(kernel, agent, version)
  const running = kernel.trials.open(agent)
  if (running) refuseTrial(agent, `it is at trial already (${running.kind})`, `See soloist release show ${agent}.`)
  if (share === null) refuseUnfit(company, tried.artifact)
  else await admit(company, tried.artifact, share)
  if (kernel.releases.withdrawal(tried.artifact.hash))
    refuseTrial(agent, `version ${tried.artifact.version} is withdrawn`, `Release it first, or try another version.`)
  const all = await versionsOf(kernel, agent)
  const rest = others(kernel, agent, all, tried.artifact.hash)
  const [most] = rest.toSorted((a, b) => b.share - a.share)
  const base = all.find(({ artifact }) => artifact.hash === most?.hash)
  if (!base) refuseTrial(agent, 'no other version of it was ever used', 'There is nothing to compare it with.')
  return { all, tried, rest, base }
}

/** Who does the work without this version: the other released ones, or what the folder has, or the newest that was used before. */
function others(kernel: Kernel, agent: string, all: readonly KnownVersion[], but: string): readonly Share[] {
  const now = kernel.releases.current(agent)
  const released = now?.kind === 'shares' ? now.shares.filter(({ hash }) => hash !== but) : []
  if (released.length > 0) return released
  const folder = kernel.artifacts.get(agent)?.hash
  const fits = ({ artifact: { hash } }: KnownVersion) => hash !== but && !kernel.releases.withdrawal(hash)
  const next =
    (now?.kind === 'shares' ? undefined : all.find((one) => fits(one) && one.artifact.hash === folder)) ??
    all.find((one) => fits(one) && one.publishedSeq !== null)
  return next ? [{ hash: next.artifact.hash, share: 100 }] : []
}

function takesWork({ releases, artifacts }: Kernel, agent: string, hash: string): boolean {
  const now = releases.current(agent)
  if (now === undefined || now.kind === 'code') return artifacts.get(agent)?.hash === hash
  return now.shares.some((one) => one.hash === hash)
}

function pairOf(tried: KnownVersion, base: KnownVersion): Omit<NewTrial, 'kind' | 'share' | 'limit' | 'why'> {
  const { name: agent, hash, version } = tried.artifact
  return { agent, hash, version, baseline: base.artifact.hash, baselineVersion: base.artifact.version }
}

function noTrial(agent: string): Trial {
  return refuse('release.not-possible', {
    agent,
    verb: 'taken off trial',
    why: 'no version of it is at trial',
    hint: `See soloist release show ${agent}.`,
  })
}

function refuseTrial(agent: string, why: string, hint: string): never {
  return refuse('release.not-possible', { agent, verb: 'put on trial', why, hint })
}
