import { test } from 'vitest'
import { testQueue } from '../../src/testing/queue-suite.ts'
import { openBench } from './sqlite-bench.ts'

testQueue({ test, open: openBench })
