import assert from 'node:assert/strict'
import { sql } from 'kysely'
import type { CrashPoints, Store, Tx } from '../store/store.ts'
import { companyIdentity } from '../values/id.ts'
import { instant } from '../values/time.ts'

/** What the suite needs: a test runner's `test`, and how a new, empty store is opened. */
export interface StoreSuite {
  test(name: string, body: () => Promise<void>): unknown
  /** Opens a new store each time; `crash` is to be called around each COMMIT. */
  open(crash?: CrashPoints): Promise<Store>
}

/** The promises of `Store`, as tests that every implementation has to pass. */
export function testStore({ test, open }: StoreSuite): void {
  for (const [name, body] of Object.entries(behaviours)) {
    test(name, async () => {
      const commits = { after: 0 }
      const store = await open({
        before() {},
        after(moment) {
          if (moment === 'commit') commits.after += 1
        },
      })
      try {
        await body(store, commits)
      } finally {
        await store.close()
      }
    })
  }
}

type Behaviour = (store: Store, commits: { after: number }) => Promise<void>

const behaviours: Record<string, Behaviour> = {
  'a write gives what its work gave, and is there afterwards': async (store) => {
    assert.equal(await store.write((tx) => setRate(tx, 'a', 7).then(() => 'given')), 'given')
    assert.deepEqual(await rates(store), { a: 7 })
  },

  'a transaction sees its own writes': async (store) => {
    const seen = await store.write(async (tx) => {
      await setRate(tx, 'a', 7)
      return tx.db.selectFrom('rates').select('count').where('key', '=', 'a').executeTakeFirst()
    })
    assert.deepEqual({ ...seen }, { count: 7 })
  },

  'reads see only what is committed': async (store) => {
    await store.write(async (tx) => {
      await setRate(tx, 'a', 7)
      assert.deepEqual(await rates(store), {})
    })
    assert.deepEqual(await rates(store), { a: 7 })
  },

  'a promise resolves after the COMMIT, not before': async (store, commits) => {
    const committed = await store.write((tx) => setRate(tx, 'a', 7)).then(() => commits.after)
    assert.equal(committed, 1)
  },

  'a transaction that throws leaves no trace, and its error comes out': async (store) => {
    const failure = new Error('of the work')
    const write = store.write(async (tx) => {
      await setRate(tx, 'a', 7)
      throw failure
    })
    await assert.rejects(write, (error) => error === failure)
    assert.deepEqual(await rates(store), {})
  },

  'a transaction that fails harms nobody who shares its COMMIT': async (store) => {
    const writes = ['a', 'bad', 'b', 'worse', 'c'].map((key) =>
      store.write(async (tx) => {
        await setRate(tx, key, 1)
        if (key === 'bad') throw new Error('of the work')
        if (key === 'worse') await setRate(tx, 'negative', -1)
      }),
    )
    const ended = await Promise.allSettled(writes)
    assert.deepEqual(
      ended.map((end) => end.status),
      ['fulfilled', 'rejected', 'fulfilled', 'rejected', 'fulfilled'],
    )
    assert.deepEqual(await rates(store), { a: 1, b: 1, c: 1 })
  },

  'a work may go on after a refused statement, and keeps the rest': async (store) => {
    await store.write(async (tx) => {
      await setRate(tx, 'a', 1)
      await assert.rejects(setRate(tx, 'b', -1))
      await setRate(tx, 'c', 1)
    })
    assert.deepEqual(await rates(store), { a: 1, c: 1 })
  },

  'transactions see the effect of those before them, in order': async (store) => {
    const order = await Promise.all(Array.from({ length: 50 }, () => store.write((tx) => increment(tx, 'n'))))
    assert.deepEqual(
      order,
      Array.from({ length: 50 }, (_, index) => index + 1),
    )
  },

  'writes that come together share their COMMIT': async (store, commits) => {
    await Promise.all(Array.from({ length: 500 }, () => store.write((tx) => increment(tx, 'n'))))
    assert.deepEqual(await rates(store), { n: 500 })
    if (store.dialect === 'sqlite') assert.ok(commits.after <= 3, `${commits.after} commits for 500 writes`)
  },

  'more writes than one batch takes are all committed': async (store) => {
    await Promise.all(Array.from({ length: 2000 }, () => store.write((tx) => increment(tx, 'n'))))
    assert.deepEqual(await rates(store), { n: 2000 })
  },

  'afterCommit runs after the COMMIT, in order, before the promise resolves': async (store, commits) => {
    const heard: string[] = []
    await store
      .write(async (tx) => {
        tx.afterCommit(() => heard.push(`first after ${commits.after}`))
        tx.afterCommit(() => heard.push('second'))
        await setRate(tx, 'a', 1)
        heard.push('worked')
      })
      .then(() => heard.push('resolved'))
    assert.deepEqual(heard, ['worked', 'first after 1', 'second', 'resolved'])
  },

  'afterCommit never runs for a transaction that is rolled back': async (store) => {
    const heard: string[] = []
    const write = (name: string): Promise<void> =>
      store.write(async (tx) => {
        tx.afterCommit(() => heard.push(name))
        await setRate(tx, name, name === 'bad' ? -1 : 1)
      })
    await Promise.allSettled([write('a'), write('bad'), write('b')])
    assert.deepEqual(heard, ['a', 'b'])
  },

  'what was cached in a batch is dropped when something in it was rolled back': async (store) => {
    const batches: object[] = []
    const note = (fails: boolean): Promise<void> =>
      store.write(async (tx) => {
        batches.push(tx.batch)
        if (fails) throw new Error('of the work')
      })
    await Promise.allSettled([note(false), note(true), note(false)])
    assert.notEqual(batches[1], batches[2])
    await note(false)
    assert.notEqual(batches[2], batches[3])
  },

  'a write asked for in a listener of the one before is done': async (store) => {
    let second: Promise<unknown> | undefined
    await store.write(async (tx) => {
      tx.afterCommit(() => {
        second = store.write((next) => setRate(next, 'second', 1))
      })
      await setRate(tx, 'first', 1)
    })
    await second
    assert.deepEqual(await rates(store), { first: 1, second: 1 })
  },

  'closing waits for what was asked for, and takes no more': async (store) => {
    const last = store.write((tx) => setRate(tx, 'a', 1))
    const closed = store.close()
    await assert.rejects(
      store.write((tx) => setRate(tx, 'b', 1)),
      TypeError,
    )
    await Promise.all([last, closed])
  },

  'a query that outlives its transaction is refused': async (store) => {
    let left: Tx | undefined
    await store.write(async (tx) => {
      left = tx
    })
    await assert.rejects(setRate(left as Tx, 'a', 1))
    assert.deepEqual(await rates(store), {})
  },

  'the journal takes no change, no removal and no gap': async (store) => {
    await store.write((tx) => addEvent(tx, 1))
    for (const forbidden of ["update events set kind = 'other'", 'delete from events']) {
      await assert.rejects(
        store.write((tx) => sql.raw(forbidden).execute(tx.db)),
        /append-only/,
      )
    }
    await assert.rejects(
      store.write((tx) => addEvent(tx, 3)),
      /foreign key/i, // on the event before it
    )
    await assert.rejects(store.write((tx) => addEvent(tx, 1)))
    await store.write((tx) => addEvent(tx, 2))
    const kept = await store.read.selectFrom('events').select(['seq', 'kind']).orderBy('seq').execute()
    assert.deepEqual(
      kept.map((row) => ({ ...row })),
      [1, 2].map((seq) => ({ seq, kind: 'company.paused' })),
    )
  },

  'a reference to what is not there is refused in its own transaction': async (store) => {
    const handle = { system: 'email', value: 'a@example.org', identity_id: companyIdentity, source_seq: 1 }
    const [bad, good] = await Promise.allSettled([
      store.write((tx) => tx.db.insertInto('handles').values(handle).execute()),
      store.write((tx) => setRate(tx, 'a', 1)),
    ])
    assert.deepEqual([bad.status, good.status], ['rejected', 'fulfilled'])
  },
}

const window = instant(0)

async function setRate(tx: Tx, key: string, count: number): Promise<void> {
  await tx.db.insertInto('rates').values({ key, window_at: window, count }).execute()
}

async function increment(tx: Tx, key: string): Promise<number> {
  const row = await tx.db
    .insertInto('rates')
    .values({ key, window_at: window, count: 1 })
    .onConflict((clash) => clash.columns(['key', 'window_at']).doUpdateSet({ count: sql`rates.count + 1` }))
    .returning('count')
    .executeTakeFirstOrThrow()
  return row.count
}

async function rates(store: Store): Promise<Record<string, number>> {
  const rows = await store.read.selectFrom('rates').select(['key', 'count']).orderBy('key').execute()
  return Object.fromEntries(rows.map((row) => [row.key, row.count]))
}

async function addEvent(tx: Tx, seq: number): Promise<void> {
  const header = { seq, at: instant(0), kind: 'company.paused', version: 1, subject: companyIdentity }
  const rest = { run_id: null, task_id: null, origin: 'system' as const, payload: Buffer.of(1), mac: Buffer.alloc(32) }
  await tx.db
    .insertInto('events')
    .values({ ...header, ...rest })
    .execute()
}
