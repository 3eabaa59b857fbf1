import { expect, test } from 'vitest'
import { saidIn } from './said.ts'

test.each([
  [
    'Our rate is EUR 90 per hour.',
    'said.amount.them.rate',
    { by: 'them', amount: '90.00', currency: 'EUR', per: 'hour' },
  ],
  [
    'The price of the print run is 1.200,50 €.',
    'said.amount.them.price-of-the-print-run',
    {
      by: 'them',
      amount: '1200.50',
      currency: 'EUR',
    },
  ],
  ['The total comes to £1,234.56.', 'said.amount.them.total', { by: 'them', amount: '1234.56', currency: 'GBP' }],
  ['My budget is about $4k.', 'said.amount.them.budget', { by: 'them', amount: '4000.00', currency: '$', about: true }],
  [
    'The rent is 12 500 Kč a month.',
    'said.amount.them.rent',
    { by: 'them', amount: '12500.00', currency: 'CZK', per: 'month' },
  ],
  [
    'The blue cover costs CHF 3.20 per copy.',
    'said.amount.them.blue-cover',
    {
      by: 'them',
      amount: '3.20',
      currency: 'CHF',
      per: 'copy',
    },
  ],
  ['We agreed on 400 USD.', 'said.amount.them.agreed', { by: 'them', amount: '400.00', currency: 'USD' }],
])('%s', (text, key, value) => {
  expect(saidIn(text)).toEqual({ [key]: value })
})

test('a price that we name is ours', () => {
  expect(Object.keys(saidIn('Our rate is EUR 90 per hour.', { by: 'us' }))).toEqual(['said.amount.us.rate'])
})

test.each([
  'The price is not EUR 90.',
  'Is the price EUR 90?',
  'If the price is EUR 90, we agree.',
  'I paid EUR 90 yesterday.',
  'The price is 90.',
  'Room 400 is free, and 90 people came.',
  'She wrote that the fee is $50.',
])('no amount is taken from: %s', (text) => {
  expect(saidIn(text)).toEqual({})
})

test.each([
  ["I'll send the contract by Friday.", 'send the contract by Friday', '2026-03-06'],
  ['We will deliver the books on 13 March.', 'deliver the books on 13 March', '2026-03-13'],
  ['I will pay the invoice tomorrow.', 'pay the invoice tomorrow', '2026-03-05'],
  [
    'We will return the proofs until the end of the month.',
    'return the proofs until the end of the month',
    '2026-03-31',
  ],
  ["I'll review the draft before January 9th.", 'review the draft before January 9th', '2027-01-09'],
  ['I will confirm the date on 2026-04-02.', 'confirm the date on 2026-04-02', '2026-04-02'],
  ['We will ship it on 5.3.2026.', 'ship it on 5.3.2026', '2026-03-05'],
  ["I'll finish it on Wednesday.", 'finish it on Wednesday', '2026-03-11'],
])('a promise with its day: %s', (text, is, due) => {
  expect(Object.values(saidIn(text))).toEqual([{ by: 'them', is, due }])
})

test.each([
  ['We will send the files next Friday.', 'send the files next Friday'],
  ['I will pay it on 03/04/2026.', 'pay it on 03/04/2026'],
  ['I promise to keep the key safe.', 'keep the key safe'],
  ['You will have the drawings soon.', 'have the drawings soon'],
  ['We will pay it on 31 February.', 'pay it on 31 February'],
])('a day that can be read in two ways, or none, is left open: %s', (text, is) => {
  expect(Object.values(saidIn(text))).toEqual([{ by: 'them', is }])
})

test('a promise that is put off is the same promise', () => {
  const first = Object.keys(saidIn('I will send the contract by Friday.'))
  expect(first).toEqual(['said.promise.them.send-the-contract'])
  expect(Object.keys(saidIn("I'll send the contract on Monday."))).toEqual(first)
})

test.each([
  'I will not send the contract.',
  "I won't pay it by Friday.",
  'I will try to send it by Friday.',
  'Will you send it by Friday?',
  'If it rains, I will send it by Friday.',
  'He said I will send it by Friday.',
  'I will send it once you have paid.',
  'I would send it by Friday.',
])('no promise is taken from: %s', (text) => {
  expect(saidIn(text)).toEqual({})
})

test('a hostile text is read in no time and says nothing', () => {
  const texts = [
    'I am allergic to '.repeat(4000),
    'a'.repeat(65_000),
    `${'1,'.repeat(30_000)} EUR`,
    'I will send '.repeat(5000),
  ]
  for (const text of texts) expect(Object.keys(saidIn(text)).length).toBeLessThan(2)
})
