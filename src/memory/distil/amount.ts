import { factKey } from '../../identity/fact.ts'
import type { Found } from './about-self.ts'

/**
 * Prices and other amounts that a sentence states of something: `our rate is EUR 90 per hour`, `the print run costs 1.200,50 €`,
 * `we agreed on $400`. An amount that is said of nothing is none. The currency is an ISO code, or the sign as it was written where
 * several countries use it.
 */
export function amountsIn(sentence: string): readonly Found[] {
  if (!/\d/.test(sentence)) return []
  const groups = form.exec(sentence)?.groups ?? cost.exec(sentence)?.groups ?? agreed.exec(sentence)?.groups
  if (!groups || negated.test(sentence)) return []
  const currency = currencyOf(groups.sign ?? groups.code ?? '')
  const amount = decimal(groups.figure ?? '', groups.times)
  const of = factKey((groups.of ?? '').replace(/^(?:the|a|an|my|our|your|this|that)\s+/iu, '').trim())
  if (currency === undefined || amount === undefined || of === '') return []
  const { per, about } = groups
  const parts = { amount, currency, ...(per ? { per: per.toLowerCase() } : {}), ...(about ? { about: true } : {}) }
  return [{ key: `said.amount.${of}`.slice(0, 80), parts, confidence: stated }]
}

// The figure is certain, and what it is of nearly so; whether it still holds is not known. Judged, not measured.
const stated = 0.7

const signs: Readonly<Record<string, string>> = {
  '€': 'EUR',
  '£': 'GBP',
  kč: 'CZK',
  zł: 'PLN',
  '₹': 'INR',
  $: '$',
  '¥': '¥',
  kr: 'kr',
}
const codes =
  'usd|eur|gbp|czk|pln|chf|sek|nok|dkk|huf|ron|bgn|jpy|cny|cad|aud|nzd|inr|brl|mxn|zar|sgd|hkd|krw|try|uah|ils|aed|thb'
const currency = `(?:(?<sign>[€£$¥₹]|kč|zł|kr)|(?<code>${codes}))`
const figure = "(?<figure>\\d{1,3}(?:[ \\u00a0.,’']\\d{3})+(?:[.,]\\d{1,2})?|\\d+(?:[.,]\\d{1,2})?)(?![\\d])"
const times = '(?:\\s?(?<times>k|thousand|m|million)\\b)?'
const about = '(?:(?<about>about|around|roughly|approximately|some|nearly|circa|up to|at most|at least)\\s+)?'
const per =
  '(?:\\s*(?:per|an?|/|each)\\s*(?<per>hour|day|week|month|year|piece|page|word|person|copy|issue|night|seat|user)\\b)?'
// The same group cannot stand twice in one form, so each order is a form of its own.
const before = `${about}${currency}\\s?${figure}${times}${per}`
const after = `${about}${figure}${times}\\s?${currency}(?![\\p{L}])${per}`

const noun =
  "(?<of>(?:[\\p{L}'’-]+\\s+){0,4}?(?:price|fee|rate|budget|cost|retainer|deposit|rent|quote|total|invoice|subscription|discount|salary|donation|advance)(?:\\s+(?:for|of)\\s+[\\p{L}'’\\s-]{2,40}?)?)"
const is = '\\s+(?:is|are|was|will be|stays|remains|comes to|amounts to|is now|will stay)(?:\\s+(?:at|now|still))?\\s+'

const form = either((amount) => `\\b${noun}${is}${amount}`)
const cost = either(
  (amount) => `\\b(?<of>(?:the|our|my|your|each|this)\\s+[\\p{L}'’\\s-]{2,40}?)\\s+costs?\\s+${amount}`,
)
const agreed = either((amount) => `\\bwe\\s+(?:have\\s+)?(?<of>agreed)\\s+(?:on|upon|to)\\s+${amount}`)
const negated = /\b(?:not|never|no longer|isn't|isn’t|wasn't|won't|instead of|rather than)\b/iu

interface Form {
  exec(sentence: string): { readonly groups?: Readonly<Record<string, string | undefined>> | undefined } | null
}

function either(make: (amount: string) => string): Form {
  const forms = [before, after].map((amount) => new RegExp(make(amount), 'iu'))
  return { exec: (sentence) => forms[0]?.exec(sentence) ?? forms[1]?.exec(sentence) ?? null }
}

function currencyOf(written: string): string | undefined {
  const low = written.toLowerCase()
  return signs[low] ?? (low === '' ? undefined : low.toUpperCase())
}

/**
 * A figure as a decimal text with a point: `1.200,50`, `1,200.50` and `1 200` all read. One group of three after a point or comma is
 * thousands, as prices have two digits after it.
 */
function decimal(written: string, times: string | undefined): string | undefined {
  const [, whole = written, cents = ''] = /^(.*)[.,](\d{1,2})$/.exec(written) ?? []
  const digits = whole.replace(/\D/g, '')
  if (digits === '' || digits.length > 12) return undefined
  if (times === undefined) return `${BigInt(digits)}.${cents.padEnd(2, '0')}`
  const zeros = /^k|^t/iu.test(times) ? 3 : 6
  return `${BigInt(digits + cents.padEnd(zeros, '0').slice(0, zeros))}.00`
}
