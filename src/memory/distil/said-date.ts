import type { Instant } from '../../values/time.ts'

const months = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
]
const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']
const month = `(?<month>${months.join('|')}|${months.map((name) => name.slice(0, 3)).join('|')}|sept)\\.?`

const dayMonth = new RegExp(
  `\\b(?<day>\\d{1,2})(?:st|nd|rd|th|\\.)?\\s+(?:of\\s+)?${month}(?:,?\\s+(?<year>\\d{4}))?\\b`,
  'iu',
)
const monthDay = new RegExp(
  `\\b${month}\\s+(?:the\\s+)?(?<day>\\d{1,2})(?:st|nd|rd|th)?(?:,?\\s+(?<year>\\d{4}))?\\b`,
  'iu',
)
const iso = /\b(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})\b/u
// With points the day comes first everywhere; with strokes nobody knows, so that such a date is not read.
const pointed = /\b(?<day>\d{1,2})\.\s?(?<month>\d{1,2})\.\s?(?<year>\d{4})\b/u
const weekday = new RegExp(`\\b(?<next>next\\s+)?(?<name>${weekdays.join('|')})\\b`, 'iu')
const near = /\b(?<word>today|tonight|tomorrow)\b/iu
const end = /\bend of (?:the |this )?(?<what>week|month|year)\b/iu

/**
 * The day that a sentence names, as `2026-03-06`; relative ones ("Friday", "tomorrow") are counted from when it was said. `undefined`
 * where it names none, or one that can be read in two ways ("next Friday", "03/04").
 */
export function dateIn(sentence: string, saidAt: Instant, timeZone: string): string | undefined {
  const said = Temporal.Instant.fromEpochMilliseconds(saidAt).toZonedDateTimeISO(timeZone).toPlainDate()
  const exact = iso.exec(sentence) ?? pointed.exec(sentence) ?? dayMonth.exec(sentence) ?? monthDay.exec(sentence)
  const day = exact ? named(exact.groups ?? {}, said) : relative(sentence, said)
  return day?.toString()
}

function named(
  { day = '', month: name = '', year }: Readonly<Record<string, string | undefined>>,
  said: Temporal.PlainDate,
): Temporal.PlainDate | undefined {
  const number = Number(name) || months.findIndex((full) => full.startsWith(name.toLowerCase().slice(0, 3))) + 1
  const given = dayOf(year === undefined ? said.year : Number(year), number, Number(day))
  // Without a year it is the next one, or one that is just over: letters are written late.
  if (year !== undefined || !given || said.since(given).total('days') <= 7) return given
  return dayOf(said.year + 1, number, Number(day))
}

function dayOf(year: number, number: number, day: number): Temporal.PlainDate | undefined {
  const inRange = number >= 1 && number <= 12 && day >= 1 && year >= 1900 && year <= 2200
  if (!inRange) return undefined
  const { daysInMonth } = Temporal.PlainYearMonth.from({ year, month: number })
  return day <= daysInMonth ? Temporal.PlainDate.from({ year, month: number, day }) : undefined
}

function relative(sentence: string, said: Temporal.PlainDate): Temporal.PlainDate | undefined {
  const word = near.exec(sentence)?.groups?.word?.toLowerCase()
  if (word !== undefined) return word === 'tomorrow' ? said.add({ days: 1 }) : said
  const ending = end.exec(sentence)?.groups?.what?.toLowerCase()
  if (ending === 'week') return said.add({ days: 7 - said.dayOfWeek })
  if (ending === 'month') return said.with({ day: said.daysInMonth })
  if (ending === 'year') return said.with({ month: 12, day: 31 })
  const found = weekday.exec(sentence)?.groups
  if (!found?.name || found.next !== undefined) return undefined
  const ahead = (weekdays.indexOf(found.name.toLowerCase()) + 1 - said.dayOfWeek + 7) % 7
  return said.add({ days: ahead === 0 ? 7 : ahead })
}
