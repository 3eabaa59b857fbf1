import { existsSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import { takeLock } from '../../store/lock.ts'
import { type Fault, faultIn } from '../../values/fault.ts'
import type { Clock } from '../../values/time.ts'
import type { Config } from '../config.ts'
import { artifactsOf, doersOf } from '../doers.ts'
import { loadConfig } from '../load-config.ts'
import type { Os } from '../os.ts'
import { type Places, placesOf } from '../places.ts'
import { companyFindings } from './company-findings.ts'
import { fileTroubles } from './files.ts'
import { attempt, type Finding, fine, wrong } from './finding.ts'
import { machineFindings } from './machine.ts'
import { mend } from './mend.ts'
import { sandboxFindings } from './sandbox.ts'
import { storeFile } from './store-file.ts'

/** Everything that was checked; `well` when nothing is wrong. `mended`: what was put right, in words. */
export interface Diagnosis {
  readonly well: boolean
  readonly checks: readonly Finding[]
  readonly mended: readonly string[]
}

/** What a doctor may do. */
interface Treatment {
  /** Put right what is safe: modes, folders, what was left behind, the store's statistics and its log. */
  readonly fix: boolean
}

/** A company that is not open, and where a doctor finds it. */
interface Patient extends Treatment {
  readonly folder: string
  readonly env: { readonly SOLOIST_VAULT_KEY?: string }
  readonly clock: Clock
}

/** Checks an open company, and all that lies around it. Looks alone change nothing. */
export async function examineOpen(os: Os, { fix }: Treatment): Promise<Diagnosis> {
  const places = placesOf(os.folder, os.config.store.folder)
  const mended = fix ? await mend(places, true) : []
  const around = await outside({ env: null, clock: os.clock }, places, os.config, true)
  return diagnosis([...around.findings, ...(await companyFindings(os))], mended)
}

/**
 * Checks a company that is not open: what can be seen from outside, then from inside if it can be opened. When it cannot, that is
 * one of the findings, and the others stand beside it. A company that would be migrated by it is not opened.
 */
export async function examineClosed(patient: Patient, open: () => Promise<Os>): Promise<Diagnosis> {
  const { config, findings: configured } = await configOf(patient.folder)
  const places = placesOf(patient.folder, config?.store.folder ?? '.soloist')
  const owner = ownerOf(places)
  const mended = patient.fix ? await mend(places, owner !== undefined) : []
  const { findings, isOld } = await outside(patient, places, config, owner !== undefined)
  const around = [...configured, ...(owner ? [wrong('owner', owner)] : []), ...findings]
  const unfit = around.some(({ fault }) => fault !== null && opening.test(fault.code))
  if (unfit || isOld || !config) return diagnosis(around, mended)
  let os: Os
  try {
    os = await open()
  } catch (error) {
    return diagnosis([...around, wrong('opening', faultIn(error))], mended)
  }
  try {
    return diagnosis([...around, fine('opening'), ...(await companyFindings(os))], mended)
  } finally {
    await os.close()
  }
}

// What is known to keep it from being opened is said once.
const opening = /^(store\.(owned|corrupt|newer|sealed|unwritable)|vault\.)/

async function outside(
  patient: Pick<Patient, 'clock'> & { readonly env: Patient['env'] | null },
  places: Places,
  config: Config | undefined,
  isOwned: boolean,
) {
  const store = await storeFile(places, patient.env, patient.clock)
  const findings = [
    ...machineFindings(places, process.versions.node),
    ...fileTroubles(places, isOwned).map(({ finding }) => finding),
    ...(config ? [await instructions(config, places), ...(await sandboxFindings(config))] : []),
    ...store.findings,
  ]
  return { findings, isOld: store.isOld }
}

async function configOf(folder: string): Promise<{ config: Config | undefined; findings: Finding[] }> {
  if (!isAbsolute(folder)) throw new TypeError(`${folder} is not absolute`)
  let config: Config | undefined
  const finding = await attempt('config', async () => {
    config = await loadConfig(folder)
  })
  return { config, findings: [finding] }
}

function instructions(config: Config, places: Places): Promise<Finding> {
  return attempt("agents' instructions", () => artifactsOf(doersOf(config), places))
}

/** Why it cannot be had: somebody has it open. Taking the lock for a moment and giving it back changes nothing. */
function ownerOf({ lock }: Places): Fault | undefined {
  if (!existsSync(lock)) return undefined
  try {
    takeLock(lock).release()
    return undefined
  } catch (error) {
    const found = faultIn(error)
    return found.code === 'store.owned' ? found : undefined
  }
}

function diagnosis(checks: readonly Finding[], mended: readonly string[]): Diagnosis {
  return { well: checks.every(({ level }) => level !== 'wrong'), checks, mended }
}
