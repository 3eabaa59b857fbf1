import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { systemClock } from '../../src/store/clock.ts'
import { later, milliseconds } from '../../src/values/time.ts'

// Who has no /proc cannot see it, and who has no `setpriv` does not have it: then the limit of the processor ends the loop.
test.runIf(existsSync('/usr/bin/setpriv') && existsSync('/proc/self/task'))(
  'a company that is killed takes its sandbox with it, loops included',
  { timeout: 60_000 },
  async () => {
    const script = join(import.meta.dirname, 'keeper-process.ts')
    const keeper = spawn(process.execPath, ['--no-warnings', script], { stdio: ['ignore', 'pipe', 'inherit'] })
    await new Promise((resolve) => keeper.stdout.once('data', resolve))
    const pid = keeper.pid ?? 0
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')
    expect(children.length).toBeGreaterThanOrEqual(1)
    keeper.kill('SIGKILL')
    for (const child of children) await gone(child)
  },
)

/** Waits until the system has no such process, or only what is left of one that nobody has asked after. */
async function gone(pid: string): Promise<void> {
  const clock = systemClock()
  while (existsSync(`/proc/${pid}/stat`) && !/\) Z /.test(statOf(pid)))
    await new Promise<void>((resolve) => clock.wake(later(clock.now(), milliseconds(20)), resolve))
}

function statOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return ') Z '
  }
}
