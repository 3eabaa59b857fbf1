import { expect, test } from 'vitest'
import { saidIn } from './said.ts'

test.each([
  ['I am allergic to peanuts.', { 'said.allergy.peanuts': { is: 'peanuts' } }],
  [
    "I'm severely allergic to nuts, shellfish and bee stings, so please check.",
    {
      'said.allergy.nuts': { is: 'nuts' },
      'said.allergy.shellfish': { is: 'shellfish' },
      'said.allergy.bee-stings': { is: 'bee stings' },
    },
  ],
  ['I have a severe latex allergy.', { 'said.allergy.latex': { is: 'latex' } }],
  ["I'm no longer allergic to eggs.", { 'said.allergy.eggs': { is: 'eggs', holds: false } }],
  ['I am a vegetarian.', { 'said.diet.vegetarian': { is: 'vegetarian' } }],
  ['We prefer invoices by post.', { 'said.preference.invoices-by-post': { is: 'invoices by post' } }],
  [
    "I'd prefer short mails, because I read them on the train.",
    { 'said.preference.short-mails': { is: 'short mails' } },
  ],
  [
    'Please never call me before noon.',
    {
      'said.constraint.never-call-me-before-noon': { is: 'never call me before noon' },
    },
  ],
  ['Never call me on Mondays.', { 'said.constraint.never-call-me-on-mondays': { is: 'Never call me on Mondays' } }],
  [
    "Please don't send invoices as links.",
    {
      'said.constraint.don-t-send-invoices-as-links': { is: "don't send invoices as links" },
    },
  ],
  ["We don't accept cheques.", { 'said.constraint.don-t-accept-cheques': { is: "don't accept cheques" } }],
  ['Hello, my name is Petra Nováková and I write about bread.', { 'said.name': { is: 'Petra Nováková' } }],
  ['Please call me Pete.', { 'said.called': { is: 'Pete' } }],
  ["I'm the managing director of the bakery.", { 'said.role': { is: 'managing director of the bakery' } }],
  ['I work as a translator.', { 'said.role': { is: 'translator' } }],
  ['I work for Northwind Paper now.', { 'said.company': { is: 'Northwind Paper' } }],
  ['I no longer work for Northwind Paper.', { 'said.company': { is: 'Northwind Paper', holds: false } }],
  [
    'Our new billing address is 12 Mill Lane, Leeds LS1 4AB',
    {
      'said.address.billing': { is: '12 Mill Lane, Leeds LS1 4AB' },
    },
  ],
  ['My email is Petra@Bread.example now.', { 'said.email': { is: 'petra@bread.example' } }],
  ['My new mobile number is +420 602 111 222.', { 'said.phone': { is: '+420 602 111 222' } }],
  ['We are based in Brno.', { 'said.place': { is: 'Brno' } }],
  ['The best way to reach me is by text message.', { 'said.contact-by': { is: 'by text message' } }],
  ['My colleague Jan Dvořák takes over.', { 'said.people.colleague': { is: 'Jan Dvořák' } }],
])('%s', (text, expected) => {
  expect(saidIn(text)).toEqual(expected)
})

test.each([
  ['a question', 'Am I allergic to peanuts? Should I be? What if I am vegan?'],
  ['a condition', 'If I am allergic to peanuts, I will tell you.'],
  ['a guess', 'I think I am allergic to peanuts. Maybe I am vegan.'],
  ['what others said', 'He said I am allergic to peanuts. According to my sister, I am vegan.'],
  ['a quotation', 'The sign reads “I am allergic to Mondays”. She kept shouting "I am vegan".'],
  ['a joke', 'I am allergic to Mondays, haha. I am vegan ;-)'],
  ['sarcasm', 'Yeah right, I am vegan now. /s'],
  ['a courtesy', "Please don't hesitate to write. Please do not worry. Please don't forget to smile."],
  ['a wish for today', "Please don't call me today. We don't ship this week. I'd prefer the blue one this time."],
  ['somebody else', 'My son is allergic to peanuts. She is vegan. The baker is based in Brno.'],
  ['a denial', 'My address is not 12 Mill Lane anymore. My name is not important.'],
  [
    'words that look alike',
    'I am a bit late. I am the one. Call me back. Call me when you can. I left early. I joined a call.',
  ],
  ['the past', 'I used to be a vegetarian. I was allergic to milk.'],
  ['a manner of speaking', 'I prefer not to say. Never mind. Always happy to help.'],
])('%s is no fact', (_what, text) => {
  expect(saidIn(text)).toEqual({})
})

test.each([
  ['quoted lines', 'Agreed.\n\n> I am allergic to peanuts.\n> My name is Petra.\n'],
  ['an answered mail', 'Agreed.\n\nOn Tue, 3 Mar 2026 at 10:00, Ana <ana@example.org> wrote:\nI am vegan.'],
  [
    'an answered mail in two lines',
    'Agreed.\n\nOn Tue, 3 Mar 2026 at 10:00, Ana Writes <ana@example.org>\nwrote:\nI am vegan.',
  ],
  ['a German answer', 'Gut.\n\nAm 3. März 2026 um 10:00 schrieb Ana:\nI am vegan.'],
  ['a forwarded mail', 'See below.\n\n---------- Forwarded message ----------\nFrom: Jan\nI am vegan.'],
  ['another forwarded mail', 'See below.\n\nBegin forwarded message:\n\nI am vegan.'],
  ['a mail below its head', 'See below.\n\nFrom: Jan <jan@example.org>\nSent: Monday\nI am vegan.'],
  ['a German head', 'Siehe unten.\n\n-----Ursprüngliche Nachricht-----\nVon: Jan\nGesendet: Montag\nI am vegan.'],
  ['a signature', 'Bye.\n-- \nMy name is Petra\nI am vegan.'],
])('%s are not theirs', (_what, text) => {
  expect(saidIn(text)).toEqual({})
})

test('a sentence that a mail program broke in two is one', () => {
  const text = 'Thank you for the proof, it looks as good as we had hoped. I am allergic to\npeanuts and sesame.\n'
  expect(Object.keys(saidIn(text))).toEqual(['said.allergy.peanuts', 'said.allergy.sesame'])
})

test('what we say of ourselves is no fact about them, and a note is no voice of theirs', () => {
  expect(saidIn('I am vegan.', { by: 'us' })).toEqual({})
  expect(saidIn('I am vegan.', { by: 'them', channel: 'note' })).toEqual({})
})

test('of several voices each speaks of itself', () => {
  const said = saidIn('I am the editor.', { who: 'Jan Dvořák', of: 'organisation' })
  expect(said).toEqual({ 'said.role.jan-dvořák': { is: 'editor', who: 'Jan Dvořák' } })
})

test.each([
  'Ich bin allergisch gegen Nüsse. Meine Adresse ist Hauptstraße 1. Bitte rufen Sie mich nie an.',
  'Je suis allergique aux noix. Je préfère le courrier. Mon nom est Petra.',
  'Jsem alergická na ořechy. Moje adresa je Mlýnská 1. Prosím, nevolejte mi.',
  'Soy alérgica a los cacahuetes. Prefiero el correo. Me llamo Petra.',
  '私はピーナッツアレルギーです。住所は東京です。',
  'У меня аллергия на орехи. Мой адрес: Москва.',
])('another language is not guessed: %s', (text) => {
  expect(saidIn(text)).toEqual({})
})
