import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Who takes part. */
export interface Entry {
  /** How it is named on the command line. */
  readonly name: string
  readonly title: string
  /** Its program in `contenders/`. Without one nothing but its idle process is measured. */
  readonly file?: string
  readonly needsPostgres: boolean
  readonly version: string
}

/** All who take part. The first is what the others are compared with. */
export const entries: readonly Entry[] = [
  {
    name: 'soloist-steps',
    title: 'Soloist: one task of three steps',
    file: 'soloist-steps.ts',
    needsPostgres: false,
    version: ours(),
  },
  {
    name: 'soloist-tasks',
    title: 'Soloist: three tasks',
    file: 'soloist-tasks.ts',
    needsPostgres: false,
    version: ours(),
  },
  { name: 'soloist-served', title: 'Soloist: `soloist start`, idle', needsPostgres: false, version: ours() },
  {
    name: 'dbos',
    title: 'DBOS Transact on PostgreSQL',
    file: 'dbos.ts',
    needsPostgres: true,
    version: versionOf('@dbos-inc/dbos-sdk'),
  },
  {
    name: 'pg-boss',
    title: 'pg-boss, own step rows, PostgreSQL',
    file: 'pg-boss.ts',
    needsPostgres: true,
    version: versionOf('pg-boss'),
  },
  {
    name: 'openworkflow',
    title: 'openworkflow on SQLite',
    file: 'openworkflow.ts',
    needsPostgres: false,
    version: versionOf('openworkflow'),
  },
]

function ours(): string {
  return versionIn(join(import.meta.dirname, '../../package.json'))
}

function versionOf(name: string): string {
  return versionIn(join(import.meta.dirname, 'node_modules', name, 'package.json'))
}

function versionIn(path: string): string {
  return (JSON.parse(readFileSync(path, 'utf8')) as { readonly version: string }).version
}
