import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  // Examples and the starter import the package by its name, as users do.
  resolve: {
    alias: [
      { find: /^soloist$/, replacement: `${import.meta.dirname}/src/index.ts` },
      { find: /^soloist\/(adapters|testing)$/, replacement: `${import.meta.dirname}/src/$1/index.ts` },
    ],
  },
  test: {
    include: ['tests/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    // Modules are loaded once for all files of a process: a third of the time of all tests went into loading them anew.
    isolate: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Where it is noted which moves were imported: not where this user's own are.
    env: { XDG_STATE_HOME: join(tmpdir(), 'soloist-test-state') },
  },
})
