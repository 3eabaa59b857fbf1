import type { Health } from '../../os/queries/health.ts'
import type { Instant } from '../../values/time.ts'
import { modeLine } from './mode.ts'
import { plain } from './table.ts'
import { formatTime } from './time.ts'

/** How the company stands: what it may do, what waits, runs, and comes next. */
export function standingText(health: Health, timeZone: string): string {
  const { name, folder, mode, waiting, runs, controls, nextScheduled, backup } = health
  return [
    `${plain(name)} in ${folder}`,
    modeLine(mode),
    ...(mode.mode === 'paused' ? ['Next: soloist resume'] : []),
    waitingLine(waiting),
    `Runs: ${runs.running} running, ${runs.held} held (soloist runs)`,
    ...(waiting.inDoubt > 0 ? [`In doubt whether they happened: ${waiting.inDoubt} (soloist doctor)`] : []),
    ...(controls.length > 0 ? [`Controls that hold: ${controls.length} (soloist control list)`] : []),
    ...(nextScheduled ? [scheduledLine(nextScheduled, timeZone)] : []),
    ...(backup === null ? [] : [`Last backup: ${formatTime(backup.lastAt, timeZone)} (soloist backup list)`]),
  ].join('\n')
}

/** What waits for the operator, in a line. */
export function waitingLine({ confirm, batch, failed, automations }: Health['waiting']): string {
  const gates = confirm + batch
  if (gates + failed + automations === 0) return 'Nothing waits for you.'
  const parts = [
    ...(gates > 0 ? [`${gates} ${gates === 1 ? 'decision' : 'decisions'} (soloist inbox)`] : []),
    ...(failed > 0 ? [`${failed} failed ${failed === 1 ? 'task' : 'tasks'} (soloist runs --state failed)`] : []),
    ...(automations > 0 ? [`${automations} ${automations === 1 ? 'automation' : 'automations'} (soloist upkeep)`] : []),
  ]
  return `Waits for you: ${parts.join(', ')}`
}

export function scheduledLine({ name, at }: { readonly name: string; readonly at: Instant }, timeZone: string): string {
  return `Next by schedule: ${name} at ${formatTime(at, timeZone)} (soloist schedule list)`
}
