import { factKey } from '../../identity/fact.ts'
import type { Json } from '../../values/json.ts'

/** What a sentence says, as a fact would hold it. */
export interface Found {
  /** `said.allergy.peanuts`. */
  readonly key: string
  readonly parts: Readonly<Record<string, Json>>
  readonly confidence: number
}

/**
 * What somebody says of themselves, in the first person: what they cannot have or never want, what they prefer, who they are and where.
 * One form of sentence each; what has another form is left to recall. Only for sentences that `isDoubtful` lets pass.
 */
export function aboutSelf(sentence: string): readonly Found[] {
  // Most sentences have none of these words; the forms below all do.
  if (!/\b(?:i|we|my|our|me|us|please|pls|never)\b/iu.test(sentence)) return []
  return rules.flatMap((rule) => {
    const groups = rule.form.exec(sentence)?.groups
    return groups ? rule.read(groups as Groups) : []
  })
}

type Groups = Readonly<Record<string, string | undefined>>
interface Rule {
  readonly form: RegExp
  read(groups: Groups): readonly Found[]
}

// What a person says of their own body, name or address is seldom wrong; a wish is often meant for the moment. Judged, not measured:
// the sentences of tests/distil are invented.
const plainly = 0.85
const wished = 0.7

const i = "(?:i'm|i am|i’m)"
const we = "(?:we're|we are|we’re)"
const no = '(?<not>(?:not|no longer|not any ?more)\\s+)?'
const very = '(?:(?:now|really|very|severely|badly|highly|quite|also|still)\\s+)*'
const rest = '(?<rest>[^.;:!?()]{2,160})'
const name = "(?<name>\\p{Lu}[\\p{L}\\p{M}'’.-]+(?:\\s+\\p{Lu}[\\p{L}\\p{M}'’.-]*){0,3})"
const place =
  "(?<place>\\p{Lu}[\\p{L}\\p{M}&'’.-]+(?:\\s+(?:(?:of|and|&|de|the)\\s+)?\\p{Lu}[\\p{L}\\p{M}&'’.-]*){0,4})"
const role =
  '(?<role>(?:[\\p{L}-]+\\s){0,3}(?:ceo|cto|cfo|coo|founder|co-founder|owner|co-owner|director|manager|editor|designer|developer|engineer|accountant|bookkeeper|lawyer|teacher|writer|producer|consultant|assistant|president|chair|secretary|treasurer|photographer|illustrator|translator|researcher|journalist|publisher|librarian|architect|nurse|student)(?:\\sof\\s(?:[\\p{L}-]+\\s?){1,3})?)'

const rules: readonly Rule[] = [
  {
    form: new RegExp(`\\b${i}\\s+${no}${very}allergic to\\s+${rest}`, 'iu'),
    read: ({ not, rest: what = '' }) => things('allergy', what, not, plainly),
  },
  {
    form: /\bi have an? (?:(?:severe|bad|serious|mild)\s+)?(?<rest>[\p{L}-]{3,30})\s+allergy\b/iu,
    read: ({ rest: what = '' }) => things('allergy', what, undefined, plainly),
  },
  {
    form: new RegExp(
      `\\b${i}\\s+${no}${very}(?:an?\\s+)?(?<diet>vegetarian|vegan|pescatarian|coeliac|celiac|diabetic|lactose[- ]intolerant|gluten[- ]intolerant)\\b`,
      'iu',
    ),
    read: ({ not, diet = '' }) => things('diet', diet, not, plainly),
  },
  {
    form: /\b(?:i|we)(?:['’]d)?\s+(?:(?:much|really|strongly|generally|usually|would)\s+)*prefer\s+(?!not to say)(?<rest>[^.;:!?()]{2,160})/iu,
    read: ({ rest: what = '' }) => lasting('preference', what, wished),
  },
  {
    form: /\b(?:i|we)\s+(?<cannot>cannot|can't|can’t|don't|don’t|do not|never)\s+(?<rest>(?:eat|drink|take|accept|use|work on|work with|open|do business|pay by|pay in|sign|offer|ship|deliver)\b[^.;:!?()]{2,120})/iu,
    read: ({ cannot = '', rest: what = '' }) => lasting('constraint', `${cannot.replace('’', "'")} ${what}`, wished),
  },
  {
    form: /^(?:(?:so|and|also|but)\s*,?\s+)?(?:please|pls)\s*,?\s+(?<rest>(?:never|do not|don't|don’t|always|only)\s+[^.;:!?()]{3,160})/iu,
    read: ({ rest: what = '' }) => lasting('constraint', what.replace('’', "'"), wished),
  },
  {
    form: /^(?<rest>never\s+(?:call|phone|write|send|email|mail|text|ship|deliver|invoice|charge|contact|use|publish|share|print)\s+[^.;:!?()]{2,160})/iu,
    read: ({ rest: what = '' }) => lasting('constraint', what, wished),
  },
  { form: new RegExp(`\\b[Mm]y name is\\s+${name}`, 'u'), read: ({ name: who = '' }) => one('name', who) },
  {
    form: new RegExp(`\\b(?:[Pp]lease\\s+|[Yy]ou can\\s+|[Jj]ust\\s+)call me\\s+${name}`, 'u'),
    read: ({ name: who = '' }) => one('called', who),
  },
  {
    form: new RegExp(`\\b${i}\\s+(?:now\\s+)?(?:the|an?|your|our|their)\\s+(?:new\\s+)?${role}(?=$|[\\s.,!])`, 'iu'),
    read: ({ role: what = '' }) => one('role', what),
  },
  {
    form: new RegExp(
      `\\b(?:my (?:job )?(?:title|role|position) is|i work as)\\s+(?:(?:the|an?)\\s+)?${role}(?=$|[\\s.,!])`,
      'iu',
    ),
    read: ({ role: what = '' }) => one('role', what),
  },
  {
    form: new RegExp(
      `\\bI\\s+(?:now\\s+)?(?:work (?:for|at)|have joined|just joined|joined)\\s+(?:the\\s+)?${place}`,
      'u',
    ),
    read: ({ place: where = '' }) => one('company', where),
  },
  {
    form: new RegExp(
      `\\b(?:I no longer work (?:for|at)|I don['’]t work (?:for|at)|I(?: have|['’]ve)? left)\\s+${place}(?:\\s+any ?more)?`,
      'u',
    ),
    read: ({ place: where = '' }) => one('company', where, 'no'),
  },
  {
    form: new RegExp(`\\b(?:[Mm]y company is|[Oo]ur company is(?: called)?)\\s+${place}`, 'u'),
    read: ({ place: where = '' }) => one('company', where),
  },
  {
    form: new RegExp(
      `\\b(?:I live in|I['’]m (?:based|located) in|I am (?:based|located) in|${we.replaceAll('we', '[Ww]e')}\\s+(?:based|located) in)\\s+${place}`,
      'u',
    ),
    read: ({ place: where = '' }) => one('place', where),
  },
  {
    form: /\b(?:my|our)\s+(?:new\s+)?(?<of>postal |billing |delivery |shipping |office |home )?address is\s+(?:now\s+)?(?<rest>(?!not\b)[^;?!@]{8,160})$/iu,
    read: ({ of = '', rest: where = '' }) =>
      one(of === '' ? 'address' : `address.${of.trim()}`, where.replace(/\.$/, '')),
  },
  {
    form: /\b(?:my|our)\s+(?:new\s+)?e-?mail(?: address)? is\s+(?:now\s+)?(?<rest>[^\s@<>]+@[^\s@<>]+\.[\p{L}]{2,})/iu,
    read: ({ rest: what = '' }) => one('email', what.toLowerCase()),
  },
  {
    form: /\b(?:my|our)\s+(?:new\s+)?(?:phone|mobile|telephone|cell)(?: number)? is\s+(?:now\s+)?(?<rest>\+?\d[\d\s()/-]{5,20}\d)/iu,
    read: ({ rest: what = '' }) => one('phone', what),
  },
  {
    form: /\bthe best way to reach (?:me|us) is\s+(?<rest>(?!not\b)[^.;:!?()]{3,80})/iu,
    read: ({ rest: what = '' }) => one('contact-by', upTo(what)),
  },
  {
    form: new RegExp(
      `\\b(?:[Mm]y|[Oo]ur)\\s+(?<rest>wife|husband|partner|colleague|co-founder|assistant|accountant|bookkeeper|lawyer|boss|editor|designer|daughter|son|brother|sister)(?:\\s+is(?:\\s+called)?|,)?\\s+${name}`,
      'u',
    ),
    read: ({ rest: relation = '', name: who = '' }) => one(`people.${relation}`, who),
  },
]

function one(kind: string, value: string, not?: string): readonly Found[] {
  const what = value.trim().replace(/[\s,.]+$/, '')
  return [{ key: `said.${kind}`, parts: { is: what, ...(not ? { holds: false } : {}) }, confidence: plainly }]
}

// A list of more things is no list of things.
const mostThings = 6

/** Several things, each a fact of its own, so that each can be taken back by itself. */
function things(kind: string, list: string, not: string | undefined, confidence: number): readonly Found[] {
  const all = upTo(list, true)
    .split(/\s*(?:,|\band\b|\bor\b|&)\s*/iu)
    .map((thing) => thing.trim().replace(/^(?:all|any|some|most|also|the|to)\s+/iu, ''))
    .filter((thing) => thing !== '' && thing.split(' ').length <= 3)
    .slice(0, mostThings)
  return all.map((thing) => ({
    key: `said.${kind}.${factKey(thing)}`.slice(0, 80),
    parts: { is: thing, ...(not ? { holds: false } : {}) },
    confidence,
  }))
}

// What is said of one day, or of courtesy, is no lasting wish.
const passing =
  /\b(?:today|tonight|tomorrow|yet|right now|at the moment|this (?:time|once|week|month|morning|afternoon|evening|one)|worry|hesitate|mind|apologi[sz]e|be (?:shy|late|sorry)|forget|feel|panic|reply to this (?:e-?mail|message)|take (?:it|this) (?:personally|as|the wrong)|get me wrong)\b/iu

function lasting(kind: string, text: string, confidence: number): readonly Found[] {
  const what = upTo(text)
  if (what.length < 3 || passing.test(text)) return []
  return [{ key: slugged(`said.${kind}`, what), parts: { is: what }, confidence }]
}

/** A key out of the first words of a text: the same wish said again is the same fact. */
export function slugged(prefix: string, text: string): string {
  return `${prefix}.${factKey(text).split('-').slice(0, 6).join('-')}`.slice(0, 80).replace(/[.-]+$/, '')
}

/** A phrase up to where another thought begins. */
function upTo(text: string, list = false): string {
  const other = list
    ? /\s*(?:,?\s*(?:but|because|so|since|which|who|when|while|though|and (?:i|we|my|our|please|that|it)\b)|\s[-–—]\s)/iu
    : /\s*(?:,|\s(?:but|because|so that|since|which|while|though|and (?:i|we|my|our|please|that|it)\b)|\s[-–—]\s)/iu
  return (text.split(other)[0] ?? '').trim()
}
