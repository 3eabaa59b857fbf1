import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { migrate } from '../../src/store/migrate.ts'
import { kernel } from '../../src/store/migrations/0001-kernel.ts'
import { migrations } from '../../src/store/migrations/all.ts'

test('tasks of an older store keep their kind, and may wait from then on', () => {
  const folder = mkdtempSync(join(tmpdir(), 'soloist-migration-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'company.db')
  migrate(path, [kernel])
  const task = (id: string, kind: string) => `INSERT INTO tasks
    (id, run_id, name, plan_hash, node, kind, subject, lane, priority, state, pending, due_at, attempt, round, fence, worked_ms)
    VALUES ('${id}', 'run_1', '${id}', 'hash', 'n', '${kind}', 'idn_1', 'background', 0, 'ready', 0, 1, 0, 1, 0, 0);`
  const old = new DatabaseSync(path)
  old.exec(`
    INSERT INTO events VALUES (1, 1, 'run.started', 1, 'idn_1', 'run_1', NULL, 'operator', x'00', zeroblob(32));
    INSERT INTO identities (id, kind, name, made_at) VALUES ('idn_1', 'company', 'A', 1);
    INSERT INTO plans VALUES ('hash', '{}');
    INSERT INTO runs (id, workflow, plan_hash, subject, lane, origin, state, input_seq, started_at)
    VALUES ('run_1', 'w', 'hash', 'idn_1', 'background', 'operator', 'running', 1, 1);
    ${task('tsk_1', 'function')} ${task('tsk_2', 'gate')}`)
  expect(() => old.exec(task('tsk_3', 'wait'))).toThrow('CHECK')
  old.close()
  migrate(path, migrations)
  const store = new DatabaseSync(path)
  store.exec(task('tsk_3', 'wait'))
  expect(() => store.exec(task('tsk_4', 'nap'))).toThrow('CHECK')
  expect(store.prepare('SELECT id, kind FROM tasks ORDER BY id').all()).toEqual([
    { id: 'tsk_1', kind: 'function' },
    { id: 'tsk_2', kind: 'gate' },
    { id: 'tsk_3', kind: 'wait' },
  ])
  store.close()
})
