import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { pause } from './drive.ts'
import { quantile, report } from './measure.ts'
import { serve, soloist } from './served.ts'

// How long `soloist start` takes to answer for the starter's company, and what it uses when nothing happens. Linux only.
// `node bench/startup.ts [--starts 10] [--idle 60]`
const { values } = parseArgs({
  options: { starts: { type: 'string', default: '10' }, idle: { type: 'string', default: '60' } },
})
const idleSeconds = Number(values.idle)
// What starting up allocated is collected after ten quiet seconds, and is no part of an idle minute.
const settleMs = 15_000

const folder = mkdtempSync(join(process.env['SOLOIST_BENCH_DIR'] ?? tmpdir(), 'soloist-bench-'))
try {
  const company = join(folder, 'company')
  await soloist('init', company)
  await starts(company)
  await idle(company)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function starts(company: string): Promise<void> {
  const times: number[] = []
  for (let start = 0; start <= Number(values.starts); start += 1) {
    const served = await serve(company)
    times.push(served.healthyMs)
    await served.stop()
  }
  // The first start fills the disk's cache: only the others are warm.
  const warm = times.slice(1)
  report({ name: 'warm start to healthy, p50', value: quantile(warm, 0.5), unit: 'ms', goal: 'under 1000' })
  report({ name: 'warm start to healthy, quickest', value: Math.min(...warm), unit: 'ms' })
}

async function idle(company: string): Promise<void> {
  const served = await serve(company)
  try {
    await pause(settleMs)
    const before = served.cpu()
    await pause(idleSeconds * 1000)
    const share = (served.cpu() - before) / idleSeconds
    report({ name: 'idle memory (RSS)', value: served.rss(), unit: 'MB', goal: 'under 100' })
    report({ name: 'idle CPU', value: share * 100, unit: '% of a core', goal: 'under 0.5' })
  } finally {
    await served.stop()
  }
}
