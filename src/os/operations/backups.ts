import { z } from 'zod'
import { type Operation, operation } from '../operation.ts'
import { at } from './fields.ts'

const backup = z.object({
  path: z.string(),
  takenAt: at,
  lastSeq: z.int().meta({ description: 'The last event in it' }),
  bytes: z.int(),
  hash: z.string().meta({ description: "The file's SHA-256" }),
  there: z.boolean(),
})

export const backupOperations: readonly Operation[] = [
  operation({
    name: 'backups.list',
    kind: 'query',
    does: 'Lists the backups that are kept, latest first.',
    http: { method: 'get', path: '/backups' },
    input: z.object({}),
    output: z.object({ items: z.array(backup) }),
    example: {},
    run: async (os) => ({ items: await os.backups.list() }),
  }),
  operation({
    name: 'backups.take',
    kind: 'command',
    does: 'Makes a backup now: writes it, restores it for a trial, and removes those that are too many.',
    http: { method: 'post', path: '/backups' },
    input: z.object({}),
    output: backup,
    example: {},
    run: (os) => os.backups.take(),
  }),
  operation({
    name: 'backups.try',
    kind: 'command',
    does: 'Restores a backup or an archive for a trial, says what is in it, and removes what came of it.',
    http: { method: 'post', path: '/backups/try' },
    input: z.object({
      path: z.string().min(1),
      passphrase: z
        .string()
        .min(1)
        .max(1000)
        .optional()
        .meta({ description: 'In place of the secret BACKUP_PASSPHRASE' }),
    }),
    output: z.object({ hash: z.string(), company: z.string(), madeAt: z.string(), lastSeq: z.int(), rows: z.int() }),
    example: { path: '/media/disk/backups/ana-writes-20260313T090000Z.soloist' },
    run: (os, { path, passphrase }) => os.backups.trial(path, passphrase),
  }),
]
