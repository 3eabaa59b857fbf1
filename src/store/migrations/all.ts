import { kernel } from './0001-kernel.ts'
import { backups } from './0005-backups.ts'

/** Forward only, and never edited once released. The number of a migration is its place here, from 1. */
export const migrations: readonly string[] = [kernel, backups]
