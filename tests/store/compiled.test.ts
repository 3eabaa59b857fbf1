import { expect, test } from 'vitest'
import { compiled } from '../../src/store/compiled.ts'
import { instant } from '../../src/values/time.ts'
import { tempStore } from './open-store.ts'

const setRate = compiled((db, given: { key: string; count: number }) =>
  db
    .insertInto('rates')
    .values({ key: given.key, window_at: instant(0), count: given.count })
    .onConflict((clash) => clash.columns(['key', 'window_at']).doUpdateSet({ count: given.count })),
)
const ratesAbove = compiled((db, given: { floor: number; limit: number }) =>
  db
    .selectFrom('rates')
    .select(['key', 'count'])
    .where('window_at', '=', instant(0))
    .where('count', '>', given.floor)
    .orderBy('count')
    .limit(given.limit),
)

test('a compiled query takes other values each time, in a transaction and on the read side', async () => {
  const { store } = tempStore()
  const changed = await store.write(async (tx) => {
    for (const count of [1, 2, 3, 4]) await setRate.run(tx.db, { key: `k${count}`, count })
    expect(await ratesAbove.first(tx.db, { floor: 3, limit: 9 })).toEqual({ key: 'k4', count: 4 })
    return setRate.run(tx.db, { key: 'k1', count: 9 })
  })
  expect(changed).toBe(1)
  expect(await ratesAbove.all(store.read, { floor: 2, limit: 2 })).toEqual([
    { key: 'k3', count: 3 },
    { key: 'k4', count: 4 },
  ])
  expect(await ratesAbove.first(store.read, { floor: 99, limit: 1 })).toBeUndefined()
})

test('a value used twice is filled in twice, and constants stay', async () => {
  const { store } = tempStore()
  const between = compiled((db, given: { edge: number }) =>
    db
      .selectFrom('rates')
      .select('key')
      .where('key', '<>', 'no')
      .where('count', '>=', given.edge)
      .where('count', '<=', given.edge),
  )
  await store.write((tx) => setRate.run(tx.db, { key: 'yes', count: 5 }))
  await store.write((tx) => setRate.run(tx.db, { key: 'no', count: 5 }))
  expect(await between.all(store.read, { edge: 5 })).toEqual([{ key: 'yes' }])
})

test('one query runs on two stores', async () => {
  const [one, other] = [tempStore(), tempStore()]
  await one.store.write((tx) => setRate.run(tx.db, { key: 'a', count: 1 }))
  await other.store.write((tx) => setRate.run(tx.db, { key: 'b', count: 2 }))
  expect(await ratesAbove.all(one.store.read, { floor: 0, limit: 9 })).toEqual([{ key: 'a', count: 1 }])
  expect(await ratesAbove.all(other.store.read, { floor: 0, limit: 9 })).toEqual([{ key: 'b', count: 2 }])
})

test('a missing value is refused before it reaches the database', async () => {
  const { store } = tempStore()
  const given = { floor: 1 } as { floor: number; limit: number }
  await expect(ratesAbove.all(store.read, given)).rejects.toThrow('needs a value for "limit"')
})

test('a query that looks at its values while it is built is refused', async () => {
  const { store } = tempStore()
  const computes = compiled((db, given: { count: number }) =>
    db
      .selectFrom('rates')
      .select('key')
      .where('count', '=', given.count + 1),
  )
  const spreads = compiled((db, given: { key: string; window_at: ReturnType<typeof instant>; count: number }) =>
    db.insertInto('rates').values({ ...given }),
  )
  await expect(computes.all(store.read, { count: 1 })).rejects.toThrow('cannot look at "count"')
  const row = { key: 'a', window_at: instant(0), count: 1 }
  await expect(store.write((tx) => spreads.run(tx.db, row))).rejects.toThrow('no spread')
})
