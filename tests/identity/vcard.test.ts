import assert from 'node:assert/strict'
import fc from 'fast-check'
import { afterEach, beforeEach, test } from 'vitest'
import { fileText } from '../../src/identity/file-text.ts'
import type { ImportReport } from '../../src/identity/import.ts'
import { readCards } from '../../src/identity/vcard.ts'
import { faultOf, openCompany, type TestCompany } from './company.ts'

let company: TestCompany
beforeEach(async () => {
  company = await openCompany()
})
afterEach(() => company.close())

const card = (...lines: readonly string[]): string =>
  ['BEGIN:VCARD', 'VERSION:4.0', ...lines, 'END:VCARD', ''].join('\r\n')
const load = (content: string | Uint8Array, dryRun = false): Promise<ImportReport> =>
  company.identities.contacts.import({ source: 'book.vcf', content, format: 'vcard', dryRun })
const read = async (content: string | Uint8Array) => readCards('book.vcf', fileText('book.vcf', content, 'vcard'))
const whyNot = async (content: string): Promise<string | undefined> => (await load(content, true)).refused[0]?.why

const ana = card(
  'UID:urn:uuid:4fbe8971-0bc3-424c-9c26-36c3e1eff6b1',
  'FN:Ana Nová',
  'N:Nová;Ana;;;',
  'item1.EMAIL;TYPE=work:Ana@Example.org',
  'EMAIL:nova@example.org',
  'TEL;VALUE=uri;TYPE="voice,cell":tel:+420-777-123-456',
  'ORG:The Press;Books',
  'BDAY:1980-02-03',
  'NOTE:Likes\\, above all\\; old',
  '  maps',
  'PHOTO:data:image/jpeg;base64,AAAA',
)

test('a card becomes someone with all its addresses, its phone and what it says', async () => {
  const { identities } = company
  const { refused, rows, ...counts } = await load(ana)
  assert.deepEqual([counts, refused], [{ created: 1, joined: 0, known: 0, left: 0 }, []])
  const id = await identities.handles.resolve('nova@example.org')
  const told = { line: 1, name: 'Ana Nová', to: 'created', identity: id, strange: [], disputed: [], alike: [] }
  assert.deepEqual(rows, [told])
  for (const handle of ['ana@example.org', '+420777123456', 'vcard:4fbe8971-0bc3-424c-9c26-36c3e1eff6b1']) {
    assert.equal(await identities.handles.find(handle), id)
  }
  const facts = await identities.facts.current(id, { limit: 20 })
  assert.deepEqual(Object.fromEntries(facts.map((fact) => [fact.key, fact.value])), {
    birthday: '1980-02-03',
    note: 'Likes, above all; old maps',
    organisation: 'The Press, Books',
    phone: '+420-777-123-456',
  })
})

test('the same cards again change nothing, in 3.0 as in 4.0', async () => {
  const old = ana.replace('VERSION:4.0', 'VERSION:3.0').replace(/TEL.*tel:/, 'TEL;TYPE=CELL:')
  for (const text of [ana, old]) {
    await load(text)
    const before = await company.events()
    assert.equal((await load(text)).known, 1)
    assert.equal(await company.events(), before)
  }
})

test('a dry run says who is new, who is matched with whom, who may be whom, and writes nothing', async () => {
  const { person, events, store, identities } = company
  const [bo, cy] = [await person('Bo', 'bo@example.org'), await person('Cy', 'cy@example.org')]
  await store.write((tx) =>
    identities.facts.record(tx, { identity: cy, key: 'phone', value: '+420 222 333 444', origin: 'external' }),
  )
  const before = await events()
  const text = [
    card('FN:Bo', 'EMAIL:bo@example.org', 'EMAIL:bo@evil.example'),
    card('FN:Cyril', 'EMAIL:cyril@example.org', 'TEL:+420222333444'),
    card('FN:Bo', 'EMAIL:b\u043e@example.org'),
    card('FN:Nobody'),
  ].join('')
  const { rows, refused } = await load(text, true)
  assert.equal(await events(), before)
  assert.deepEqual(
    rows.map(({ to, identity, strange }) => [to, identity, strange]),
    [
      ['known', bo, ['bo@evil.example']],
      ['created', null, []],
      ['created', null, []],
    ],
  )
  assert.deepEqual(
    rows.map(({ alike }) => alike.map((one) => [one.identity, one.warning])),
    [[], [[cy, false]], [[bo, true]]],
  )
  assert.match(refused[0]!.why, /found again/)
})

const counted = ({ created, known, refused }: ImportReport) => ({ created, known, refused })
const some = Array.from({ length: 200 }, (_, n) => card(`FN:P${n}`, `EMAIL:p${n}@example.org`)).join('')

test.each([
  ['next to each other', '', 7],
  ['in two transactions', some, 1007],
])(
  'a phone that two cards share stays that of the first; under one name they are one (%s)',
  async (_where, between, line) => {
    const first = card('FN:Ana Nová', 'EMAIL:ana@example.org', 'TEL:+420777123456')
    const house = first + between + card('FN:Bo Nový', 'EMAIL:bo@example.org', 'TEL:+420 777 123 456')
    const created = between === '' ? 2 : 202
    const whole =
      house + card('FN:ANA NOVÁ', 'EMAIL:other@example.org', 'TEL:+420777123456') + card('FN:Cy', 'TEL:+420777123456')
    const refused = [
      { line: line + 6, why: 'another address of the person on line 1' },
      {
        line: line + 12,
        why: 'its phone is that of somebody with another name, and it has nothing else by which it could be found again',
      },
    ]
    assert.deepEqual(counted(await load(whole, true)), { created, known: 0, refused })
    assert.deepEqual(counted(await load(whole)), { created, known: 0, refused })
    const { handles, suggestions } = company.identities
    const [ana, bo] = [await handles.resolve('+420777123456'), await handles.resolve('bo@example.org')]
    assert.equal(await handles.resolve('ana@example.org'), ana)
    const pair = [ana, bo].toSorted()
    assert.deepEqual(
      (await suggestions.find({ limit: 10 })).items.map(({ one, other }) => [one, other]),
      [pair],
    )
    const before = await company.events()
    assert.deepEqual(counted(await load(whole)), { created: 0, known: created, refused })
    assert.equal(await company.events(), before)
  },
)

test('a card does not give someone known an address, nor join two', async () => {
  const { person, identities } = company
  await person('Bo', 'bo@example.org')
  await person('Cy', 'cy@example.org')
  await load(card('FN:Bo', 'EMAIL:bo@example.org', 'EMAIL:bo@evil.example'))
  assert.equal(await identities.handles.find('bo@evil.example'), undefined)
  assert.match((await whyNot(card('FN:Bo', 'EMAIL:bo@example.org', 'EMAIL:cy@example.org')))!, /merge them first/)
})

test.each([
  ['version 2.1', card('FN:A', 'EMAIL:a@example.org').replace('4.0', '2.1'), /3\.0 or 4\.0/],
  ['a list', card('KIND:group', 'FN:All', 'UID:1'), /a list/],
  ['a bad address', card('FN:A', 'EMAIL:nowhere'), /no address/],
  ['a line that is none', card('FN:A', 'EMAIL'), /cannot be read/],
  ['hidden characters', card('FN:A\u202eB', 'EMAIL:a@example.org'), /turn the direction/],
  [
    '100 000 addresses',
    card('FN:A', ...Array.from({ length: 100_000 }, (_, n) => `EMAIL:a${n}@b.cz`)),
    /characters|most is/,
  ],
  ['101 addresses', card('FN:A', ...Array.from({ length: 101 }, (_, n) => `EMAIL:a${n}@b.cz`)), /the most is 50/],
  ['a note without end', card('FN:A', 'EMAIL:a@example.org', `NOTE:${'x'.repeat(20_000)}`), /longer than/],
])('a card with %s is left out, and says why', async (_what, text, why) => {
  assert.match((await whyNot(text)) ?? '', why)
})

test('pictures are passed over, however large; a file of 10 MB and one of another encoding are refused', async () => {
  const photo = `PHOTO;ENCODING=b:${'A'.repeat(70)}${'\r\n '.concat('A'.repeat(70)).repeat(80_000)}`
  assert.equal((await load(card('FN:A', 'EMAIL:a@example.org', photo))).created, 1)
  assert.equal(await faultOf(load(card('FN:B', 'EMAIL:b@example.org', photo, photo))), 'input.too-large')
  assert.equal(await faultOf(load(Buffer.from(card('FN:Boé', 'EMAIL:b@example.org'), 'latin1'))), 'vcard.unreadable')
  assert.equal(await faultOf(load('hello')), 'vcard.unreadable')
  assert.equal(await faultOf(load('BEGIN:VCARD\nVERSION:4.0\nFN:A')), 'vcard.unreadable')
  assert.equal(await faultOf(load(`BEGIN:VCARD\n${ana}`)), 'vcard.unreadable')
})

test('an organisation is one, and UTF-16 with its mark is read', async () => {
  const text = card('KIND:org', 'FN:The Press', 'EMAIL:info@press.example')
  await load(Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]))
  const id = await company.identities.handles.resolve('info@press.example')
  assert.equal((await company.identities.get(id))?.kind, 'organisation')
})

test('whatever stands in a card, it is read or left out', async () => {
  const word = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    fc.constantFrom('EMAIL', 'TEL', 'N', 'FN', ':', ';', '"', '\\', 'BEGIN:VCALENDAR', '__proto__'),
  )
  const line = fc.array(word, { maxLength: 6 }).map((words) => words.join('').replaceAll(/[\r\n\0\ufffd]/g, ' '))
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 8 }), async (lines) => {
      const inside = lines.filter((one) => !/^\s*(BEGIN|END):VCARD\s*$/i.test(one))
      const { rows, refused } = await read(card(...inside))
      assert.equal(rows.length + refused.length, 1)
    }),
    { numRuns: 200 },
  )
})
