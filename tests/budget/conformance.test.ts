import { test } from 'vitest'
import { testBudget } from '../../src/testing/budget-suite.ts'
import { openBench } from './sqlite-bench.ts'

testBudget({ test, open: openBench })
