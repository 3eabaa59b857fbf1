import type { Diagnosis } from '../../os/doctor/examine.ts'
import { runningDesk } from '../desk.ts'
import { exit } from '../exit.ts'
import type { Invocation } from '../invocation.ts'
import { plain } from '../render/table.ts'

/** Asks the desk that runs; where none does, looks at the company from outside, and from inside if it can be opened. */
export async function doctor(invocation: Invocation): Promise<number> {
  const { world, options } = invocation
  const folder = invocation.folder()
  const fix = options.fix === true
  const running = await runningDesk(folder)
  const found = running
    ? ((await running.call(fix ? 'company.mend' : 'company.doctor', {})) as unknown as Diagnosis)
    : await world.examine(folder, fix)
  invocation.show(found as never, () => said(found))
  return found.well ? exit.ok : exit.fault
}

function said({ well, checks, mended }: Diagnosis): string {
  const lines = checks.map(({ what, level, fault }) =>
    plain(
      fault === null
        ? `ok    ${what}`
        : `${level.padEnd(5)} ${what}: ${fault.code}: ${fault.message}\n      Next: ${fault.next}`,
    ),
  )
  const looks = checks.filter(({ level }) => level === 'look').length
  const end = well ? (looks === 0 ? 'All is well.' : `Nothing is wrong; ${looks} to look at.`) : 'Not all is well.'
  return [...mended.map((done) => `mended ${done}`), ...lines, end].join('\n')
}
