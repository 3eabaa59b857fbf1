import { kernel } from './0001-kernel.ts'
import { maintenance } from './0006-maintenance.ts'

/** Forward only, and never edited once released. The number of a migration is its place here, from 1. */
export const migrations: readonly string[] = [kernel, maintenance]
