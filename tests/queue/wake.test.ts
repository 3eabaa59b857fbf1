import { closeSync, fstatSync, mkdtempSync, openSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openWake } from '../../src/queue/wake.ts'
import type { Tx } from '../../src/store/store.ts'
import { faultIn } from '../../src/values/fault.ts'

let folder = ''
const opened: { close(): void }[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'soloist-wake-'))
})
afterEach(() => {
  for (const wake of opened.splice(0)) wake.close()
  rmSync(folder, { recursive: true })
})

test('transactions that share a COMMIT wake once, and a wake of ours does not come back to us', async () => {
  const [mine, other] = [open(), open()]
  const heard = { mine: 0, other: 0 }
  mine.onWake(() => {
    heard.mine += 1
  })
  commit(mine, 3)
  await once(other, () => {
    heard.other += 1
  })
  expect(heard).toEqual({ mine: 1, other: 1 })
  // The other's answer comes after our own bytes in the file: had these woken us, it would be the third.
  commit(other, 1)
  await once(mine, () => {})
  expect(heard.mine).toBe(2)
})

test('the file that carries the wakes does not grow for ever, and no wake is lost when it is cut', async () => {
  const [mine, other] = [open(), open()]
  for (let round = 0; round < 10; round += 1) {
    for (let at = 0; at < 500; at += 1) {
      commit(mine, 1)
      await Promise.resolve()
    }
    const woken = once(other, () => {})
    commit(mine, 1)
    await woken
  }
  expect(statSync(join(folder, 'wake')).size).toBeLessThanOrEqual(4_096)
})

test('closed twice, it closes the file of nobody else, whose number may be its own by now', () => {
  const wake = openWake(join(folder, 'wake'))
  wake.close()
  const others = openSync(join(folder, 'wake'), 'r')
  wake.close()
  expect(fstatSync(others).size).toBe(0)
  closeSync(others)
})

test('a folder that is not there is refused with what to do', () => {
  writeFileSync(join(folder, 'file'), '')
  expect(refusalOf(() => openWake(join(folder, 'file', 'wake'))).code).toBe('store.unwritable')
})

function open() {
  const wake = openWake(join(folder, 'wake'))
  opened.push(wake)
  return wake
}

/** As many transactions as share one COMMIT. */
function commit(wake: ReturnType<typeof openWake>, transactions: number): void {
  const then: (() => void)[] = []
  const tx = { afterCommit: (next: () => void) => then.push(next) } as unknown as Tx
  for (let at = 0; at < transactions; at += 1) wake.afterCommit(tx)
  for (const next of then) next()
}

function once(wake: ReturnType<typeof openWake>, note: () => void): Promise<void> {
  return new Promise((resolve) => {
    const leave = wake.onWake(() => {
      leave()
      note()
      resolve()
    })
  })
}

function refusalOf(work: () => unknown) {
  try {
    work()
  } catch (error) {
    return faultIn(error)
  }
  throw new TypeError('it was not refused')
}
