import { answer } from '../../store/aside.ts'
import type { Writing } from './fill-archive.ts'
import type { Trial } from './try-archive.ts'

/** What takes long with archives, for a thread beside the company's. */
export type Job = ({ readonly job: 'write' } & Writing) | ({ readonly job: 'try' } & Trial)

answer<Job>(async (job) => {
  switch (job.job) {
    case 'write':
      return (await import('./fill-archive.ts')).fillArchive(job)
    case 'try':
      return (await import('./try-archive.ts')).tryArchive(job)
    default:
      return job satisfies never
  }
})
