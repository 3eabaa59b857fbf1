import { join } from 'node:path'
import { test } from 'vitest'
import { openSqlite } from '../../src/store/sqlite.ts'
import { testStore } from '../../src/testing/store-suite.ts'
import { tempFolder } from './open-store.ts'

testStore({
  test,
  open: async (crash) => openSqlite(join(tempFolder(), 'company.db'), crash ? { crash } : {}),
})
