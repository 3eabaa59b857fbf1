import fc from 'fast-check'

/** Cron expressions of five fields: numbers, lists, ranges, steps and names, some every minute and some once in years. */
export const cronTexts: fc.Arbitrary<string> = fc
  .tuple(
    field(0, 59, { everyOne: 1 }),
    field(0, 23, { everyOne: 2 }),
    field(1, 28, { everyOne: 6 }),
    field(1, 12, { everyOne: 6 }),
    fc.oneof(
      { weight: 4, arbitrary: fc.constant('*') },
      { weight: 2, arbitrary: field(0, 6, { everyOne: 0 }) },
      { weight: 1, arbitrary: fc.constantFrom('MON', 'MON-FRI', 'SUN', 'SAT,SUN') },
    ),
  )
  .map((fields) => fields.join(' '))

function field(least: number, most: number, { everyOne }: { everyOne: number }): fc.Arbitrary<string> {
  const number = fc.integer({ min: least, max: most })
  return fc.oneof(
    { weight: everyOne, arbitrary: fc.constant('*') },
    { weight: 4, arbitrary: number.map(String) },
    { weight: 2, arbitrary: fc.uniqueArray(number, { minLength: 2, maxLength: 4 }).map((list) => list.join(',')) },
    { weight: 1, arbitrary: range(number) },
    { weight: 1, arbitrary: fc.tuple(range(number), fc.integer({ min: 1, max: 5 })).map(([of, by]) => `${of}/${by}`) },
    { weight: 1, arbitrary: fc.integer({ min: 2, max: Math.ceil(most / 2) }).map((by) => `*/${by}`) },
  )
}

function range(number: fc.Arbitrary<number>): fc.Arbitrary<string> {
  return fc
    .tuple(number, number)
    .filter(([from, to]) => from < to)
    .map(([from, to]) => `${from}-${to}`)
}
