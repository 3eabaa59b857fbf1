import type { Kernel } from '../../executor/kernel.ts'
import type { Change } from '../../models/breaker.ts'
import type { Fault } from '../../values/fault.ts'
import { type Instant, later, minutes, seconds } from '../../values/time.ts'
import type { Chore } from '../chores.ts'
import type { CompanyMode } from '../company-mode.ts'
import { noRoom } from '../doctor/machine.ts'
import { degradations, sameReasons } from './reasons.ts'
import { readDegraded, Teller, type Told } from './told.ts'

/** What sees to it that the company says of itself what does not work, and that it stops saying so. */
export interface Degrading {
  /** Looks at the disk now and then, and writes down what could not be written before. */
  readonly chore: Chore
  /** The store refused to take something: whether the disk is full is seen now, not at the next look. */
  refused(fault: Fault): void
  /** Stops listening; what was told before is written, if it can be. */
  close(): Promise<void>
}

interface Ground {
  readonly kernel: Pick<Kernel, 'store' | 'journal' | 'clock' | 'breakers' | 'models'>
  readonly mode: CompanyMode
  /** Free bytes where the store lies. */
  readonly free: () => number
  /** Called after each change: what waited may go on. */
  readonly changed: () => void
}

// There is room again only with some more than what was too little: one file written and removed changes no mode.
const enoughAgain = 1.5 * noRoom
// A disk fills within minutes when something runs wild; looking at it costs some microseconds.
const usualLook = minutes(10)
const worriedLook = seconds(10)

/**
 * Follows the breakers and the disk, says in which mode the company is, and journals each change without making a call wait for it. After a
 * restart all breakers are closed: a company that died degraded has recovered then, unless its disk is still full.
 */
export async function openDegrading({ kernel, mode, free, changed }: Ground): Promise<Degrading> {
  const { store, journal, clock, breakers } = kernel
  const teller = new Teller(store, journal)
  const died = await readDegraded(store)
  let lowDisk: number | undefined
  let looked: Instant = clock.now()
  let opened = false
  if (died) mode.degrade(died)

  function look(): void {
    looked = clock.now()
    const bytes = free()
    lowDisk = bytes < (lowDisk === undefined ? noRoom : enoughAgain) ? bytes : undefined
    judge()
  }

  function judge(...before: readonly Told[]): void {
    const reasons = degradations({ models: kernel.models, shut: breakers.shut().keys(), lowDisk })
    const was = mode.degraded()
    if (sameReasons(reasons, was?.reasons ?? [])) {
      // The bytes that are left are shown as they are now.
      if (was) mode.degrade({ ...was, reasons })
      teller.tell(...before)
      return
    }
    const since = was?.since ?? clock.now()
    mode.degrade(reasons.length === 0 ? undefined : { reasons, since })
    const now: Told =
      reasons.length === 0
        ? { kind: 'company.recovered', payload: {} }
        : { kind: 'company.degraded', payload: { reasons }, since }
    teller.tell(...before, now)
    if (opened) changed()
  }

  const stopListening = breakers.onChange((change) => judge(toldOf(change)))
  look()
  opened = true
  return {
    chore: {
      name: 'mode',
      aside: true,
      nextDue: async () => later(looked, lowDisk === undefined && !teller.trouble ? usualLook : worriedLook),
      async perform() {
        look()
        await teller.write()
      },
      trouble: () => teller.trouble,
    },
    refused(fault) {
      if (fault.code === 'store.full') look()
    },
    async close() {
      stopListening()
      await teller.write()
    },
  }
}

function toldOf(change: Change): Told {
  const { account } = change
  return change.state === 'closed'
    ? { kind: 'breaker.closed', payload: { account } }
    : { kind: 'breaker.opened', payload: { account, until: change.until, fault: change.why } }
}
