import type { Instant } from '../../values/time.ts'
import { type Found, slugged } from './about-self.ts'
import { dateIn } from './said-date.ts'

/**
 * What a sentence promises to do: `I'll send the contract by Friday`, `you will have the files on 3 March`. It is what was said, no
 * commitment: that is made by the operator, or by whoever acts for them, when it is made.
 */
export function promisesIn(sentence: string, saidAt: Instant, timeZone: string): readonly Found[] {
  if (!/\b(?:will|shall|promise|going to)\b|['’]ll\b/iu.test(sentence)) return []
  const what =
    form.exec(sentence)?.groups?.what ?? promised.exec(sentence)?.groups?.what ?? having.exec(sentence)?.groups?.what
  if (what === undefined || unwilling.test(sentence)) return []
  const due = dateIn(what, saidAt, timeZone)
  const is = what.trim()
  return [
    {
      key: slugged('said.promise', undated(is)),
      parts: { is, ...(due ? { due } : {}) },
      confidence: due ? dated : open,
    },
  ]
}

// A date makes a promise out of a manner of speaking. Judged, not measured.
const dated = 0.75
const open = 0.55

const deeds =
  'send|deliver|pay|transfer|write|finish|prepare|ship|return|sign|review|refund|confirm|call|deliver|bring|publish|print|order|book|invoice|provide|share|submit|hand over|reimburse|get back to|let you know'
const will = "(?:(?:i|we)(?:['’]ll| will| shall| am going to| are going to|['’]m going to|['’]re going to))"
const form = new RegExp(
  `\\b${will}\\s+(?:(?:definitely|gladly|certainly|also|then|surely)\\s+)?(?<what>(?:${deeds})\\b(?:[^.;!?()]|\\.(?=\\S)){2,160})`,
  'iu',
)
const promised = /\b(?:i|we) promise (?:you )?to\s+(?<what>(?:[^.;!?()]|\.(?=\S)){4,160})/iu
const having =
  /\b(?:you(?:['’]ll| will) (?<what>(?:have|get|receive)\s+(?:the|your|our|my|it|them|everything)\b(?:[^.;!?()]|\.(?=\S)){3,120}))/iu
const unwilling =
  /\b(?:not|never|won't|won’t|try to|try and|unable|rather|no longer|when(?:ever)? you|as soon as|once you)\b/iu

/** Without its date, so that a promise that is put off is the same promise. */
function undated(what: string): string {
  return what.replace(/\s+(?:by|on|until|till|before|at|next|this|tomorrow|today|tonight|in)\b.*$/iu, '')
}
