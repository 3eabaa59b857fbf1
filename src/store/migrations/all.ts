import { kernel } from './0001-kernel.ts'
import { quickChecks } from './0002-quick-checks.ts'
import { schedules } from './0003-schedules.ts'
import { webhooks } from './0004-webhooks.ts'
import { releases } from './0005-releases.ts'
import { backups } from './0006-backups.ts'
import { maintenance } from './0007-maintenance.ts'
import { memory } from './0008-memory.ts'
import { limits } from './0009-limits.ts'
import { disputes } from './0010-disputes.ts'

/** Forward only, and never edited once released. The number of a migration is its place here, from 1. */
export const migrations: readonly string[] = [
  kernel,
  quickChecks,
  schedules,
  webhooks,
  releases,
  backups,
  maintenance,
  memory,
  limits,
  disputes,
]
