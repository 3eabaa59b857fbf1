import { Worker } from '../../src/executor/worker.ts'
import { crashPoints } from '../../src/store/crash-points.ts'
import { fakeClock } from '../../src/testing/clock.ts'
import { instant, minutes, seconds } from '../../src/values/time.ts'
import { openBatching } from './batch-company.ts'

// The company's own process: `node batch-process.ts FOLDER URL NOW`. It works until its run is over, however often it must look.
const [folder = '', url = '', now = ''] = process.argv.slice(2)

const clock = fakeClock(instant(Number(now)))
const company = await openBatching(folder, url, clock, crashPoints(process.env))
const worker = new Worker(company.kernel, { owner: now, concurrency: 4, lease: seconds(30) })
for (let look = 0; look < 20; look += 1) {
  await worker.idle()
  const open = await company.kernel.store.read.selectFrom('runs').select('id').where('ended_at', 'is', null).execute()
  if (open.length === 0) break
  await clock.advance(minutes(1))
}
await worker.close()
await company.close()
