import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { keptSchema, schemaText } from '../../scripts/dump-schema.ts'

test("schema.sql is current; 'node scripts/dump-schema.ts' writes it", () => {
  expect(keptSchema()).toBe(schemaText())
})

test('schema.sql alone makes the same tables', () => {
  const connection = new DatabaseSync(':memory:')
  connection.exec(keptSchema())
  const { tables } = connection.prepare("SELECT count(*) AS tables FROM sqlite_schema WHERE type = 'table'").get() ?? {}
  connection.close()
  expect(tables).toBe(keptSchema().match(/^CREATE TABLE /gm)?.length)
})

test('every table is strict, and every foreign key is checked at once', () => {
  for (const [table] of keptSchema().matchAll(/^CREATE TABLE [^;]*;/gm)) expect(table).toMatch(/\) STRICT[^)]*;$/)
  expect(keptSchema()).not.toContain('INITIALLY DEFERRED')
})
