import assert from 'node:assert/strict'
import { test } from 'vitest'
import { readContacts } from '../../src/identity/csv.ts'
import { fileText, maxFileBytes } from '../../src/identity/file-text.ts'
import { faultIn } from '../../src/values/fault.ts'
import { faultOf } from './company.ts'

const read = async (content: string | Uint8Array) => readContacts('list.csv', fileText('list.csv', content, 'csv'))
const rowsOf = async (content: string | Uint8Array) =>
  (await read(content)).rows.map((row) => [row.line, row.email, row.name, Object.fromEntries(row.facts)])
const whyNot = async (content: string | Uint8Array): Promise<string> => {
  const error = await read(content).then(
    () => assert.fail('it was read'),
    (caught: unknown) => caught,
  )
  return faultIn(error).message
}

test('headers and separators of many programs are understood', async () => {
  const ana = [2, 'ana@example.org', 'Ana', { role: 'Editor' }]
  const texts = [
    'email,name,role\nana@example.org,Ana,Editor\n',
    '\ufeffE-mail;Name;Role\r\nana@example.org;Ana;Editor\r\n',
    'Role\tFull name\tEmail Address\nEditor\tAna\tANA@example.org',
    '"EMAIL","First Name","Role","",""\n"ana@example.org","Ana","Editor",,\n',
  ]
  for (const text of texts.slice(0, 3)) assert.deepEqual(await rowsOf(text), [ana])
  assert.deepEqual(await rowsOf(texts[3]!), [[2, 'ana@example.org', 'Ana', { 'first-name': 'Ana', role: 'Editor' }]])
  assert.deepEqual(await rowsOf(Buffer.from(texts[1]!)), [ana])
  assert.deepEqual(await rowsOf(Buffer.from(`\ufeff${texts[0]}`, 'utf16le')), [ana])
})

test('first and last name make a name, and without any the address is it', async () => {
  const text = 'email,first name,last name\nana@example.org,Ana,Lima\nbo@example.org,,\n'
  assert.deepEqual(await rowsOf(text), [
    [2, 'ana@example.org', 'Ana Lima', { 'first-name': 'Ana', 'last-name': 'Lima' }],
    [3, 'bo@example.org', 'bo@example.org', {}],
  ])
})

test('cells are plain text, formulas and numbers too', async () => {
  const text =
    'email,name,note\nana@example.org,"=HYPERLINK(""http://evil.example"")",007\nbo@example.org,+1,@SUM(A1)\n'
  assert.deepEqual(await rowsOf(text), [
    [2, 'ana@example.org', '=HYPERLINK("http://evil.example")', { note: '007' }],
    [3, 'bo@example.org', '+1', { note: '@SUM(A1)' }],
  ])
})

test('a quotation mark out of place is a letter like any other', async () => {
  const text = 'email,name\nana@example.org,Ana "Queen" Lima\nbo@example.org,"Bo"x\n'
  const { rows, refused } = await read(text)
  assert.deepEqual(refused, [])
  assert.deepEqual(
    rows.map((row) => row.name),
    ['Ana "Queen" Lima', '"Bo"x'],
  )
})

test('each refused row is named by the line on which it begins', async () => {
  const text = [
    'email,name,note',
    'ana@example.org,Ana,"two',
    'lines"',
    '',
    'not an address,X,',
    ',Nobody,',
    ',,',
    'ANA@example.org,Again,',
    'bo@example.org,Bo,x,one too many',
    'cy@example.org,C\u202ey,',
    'di@example.org,Di,a\u0007b',
    'ev\u200be@example.org,Eve,',
    'fay@example.org,Fay',
  ].join('\n')
  const { rows, refused } = await read(text)
  assert.deepEqual(
    rows.map((row) => row.line),
    [2, 13],
  )
  assert.deepEqual(refused, [
    { line: 5, why: '"not an address" is no address: it has no @' },
    { line: 6, why: 'it has no address' },
    { line: 8, why: 'the same address as line 2' },
    { line: 9, why: 'it has 4 cells, and the header has 3' },
    { line: 10, why: 'the name "C\ufffdy" cannot be kept: it contains characters that turn the direction of text' },
    { line: 11, why: '"note" contains control characters' },
    { line: 12, why: '"ev\ufffde@example.org" is no address: it contains invisible or control characters' },
  ])
})

test('another encoding is found, with its line', async () => {
  const latin = Buffer.from('email,name\nana@example.org,Ana\njose@example.org,Jos\u00e9\n', 'latin1')
  assert.match(await whyNot(latin), /^Line 3 of list.csv cannot be read: it is not UTF-8/)
  assert.match(
    await whyNot(Buffer.from('email,name\n', 'utf16le')),
    /^Line 1 of list.csv cannot be read: it contains a NUL/,
  )
  assert.match(await whyNot('email,name\nx@example.org,Jos\ufffd'), /^Line 2 .* letters were lost/)
  assert.match(await whyNot(Buffer.from([0x50, 0x4b, 3, 4, 0, 0])), /NUL; is this a CSV file/)
})

test('a file that is broken, empty or without addresses is refused as a whole', async () => {
  assert.match(await whyNot(''), /is empty/)
  assert.match(await whyNot('\n\n'), /is empty/)
  assert.match(await whyNot('name,role\nAna,x\n'), /no column is called "email" \(there are: name, role\)/)
  assert.match(await whyNot('email,Role,role\n'), /two columns are called "role"/)
  assert.match(
    await whyNot('email,name\na@b.example,Ana\nb@b.example,"Bo\nc@b.example,C\n'),
    /^Line 3 .* none closes it/,
  )
  const endless = `email,name\na@b.example,"${'x\n'.repeat(200_000)}`
  assert.match(await whyNot(endless), /^Line 2 .* the row does not end/)
  assert.equal(await faultOf(read(`email${',x'.repeat(60)}`)), 'input.too-large')
})

test('10 MB are refused before they are read, and many rows before any is kept', async () => {
  const row = 'someone@example.org,Someone\n'
  const big = `email,name\n${row.repeat(Math.ceil(10_000_000 / row.length))}`
  assert.match(await whyNot(Buffer.from(big)), /list.csv is 9.5 MiB; the limit is 8.0 MiB/)
  assert.match(await whyNot(big), /the limit is 8.0 MiB/)
  assert.match(await whyNot(`email\n${'a\n'.repeat(100_001)}`), /more than 100000 rows/)
})

test('letters of several bytes survive the cut into pieces', async () => {
  const name = '\u00e9\u{1f600}'.repeat(10)
  const lines = Array.from({ length: 5000 }, (_, n) => `u${n}@example.org,${'x'.repeat(n % 7)}${name}`)
  const text = `email,name\n${lines.join('\n')}`
  assert.ok(Buffer.byteLength(text) < maxFileBytes)
  const { rows } = await read(text)
  assert.equal(rows.length, 5000)
  for (const [n, row] of rows.entries()) assert.equal(row.name, 'x'.repeat(n % 7) + name)
})

test('status columns of many programs are understood, and are no facts', async () => {
  const statusOf = async (head: string, cell: string) => {
    const { rows, refused } = await read(`email,${head}\nana@example.org,${cell}\n`)
    assert.equal(rows[0]?.facts.size ?? 0, 0)
    return rows[0]?.status ?? refused[0]?.why
  }
  const cases = [
    ['status', 'Active', 'active'],
    ['Status', 'CONFIRMED', 'active'],
    ['State', 'opted out', 'unsubscribed'],
    ['Subscription status', 'Cancelled', 'unsubscribed'],
    ['email_status', 'invalid', 'bounced'],
    ['Subscribed', 'yes', 'active'],
    ['subscribed', 'FALSE', 'unsubscribed'],
    ['UNSUB_TIME', '2025-01-02 03:04', 'unsubscribed'],
    ['UNSUB_TIME', '', 'active'],
    ['unsubscribed', 'no', 'active'],
    ['status', 'unconfirmed', 'the status "unconfirmed" says that they have not agreed yet'],
    ['status', 'not active', 'the status "not active" is none of active, unsubscribed and bounced'],
    [
      'state',
      'Ohio',
      'the status "Ohio" is none of active, unsubscribed and bounced; if the column holds places, call it "region"',
    ],
  ] as const
  for (const [head, cell, expected] of cases) assert.equal(await statusOf(head, cell), expected)
})

test('of several status columns the one that says they left counts, whatever else is wrong with the row', async () => {
  const text = `email,name,note,status,unsubscribed at\nana@example.org,A\u202ena,${'x'.repeat(9000)},active,2025-01-02\n`
  assert.deepEqual(
    (await read(text)).rows.map(({ status, name }) => [status, name]),
    [['unsubscribed', 'ana@example.org']],
  )
})
