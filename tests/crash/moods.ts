import { createHash } from 'node:crypto'

/**
 * How a provider takes a call. `refuses`: it says no for now, and nothing happened; `denies`: it says no for good. `breaks`: the
 * connection is cut before it did anything. `cut`: it acts, then the connection is cut. `silent`: it acts, then never answers.
 * `babbles`: it acts, then gives nonsense.
 */
export type Mood = 'well' | 'refuses' | 'denies' | 'breaks' | 'cut' | 'silent' | 'babbles'

// A mail is one of several parts, which share the tries of their task: only what becomes a question costs none.
const ofMails: readonly Mood[] = ['well', 'breaks', 'cut', 'silent']
const first: readonly Mood[] = ['well', 'refuses', 'breaks', 'cut', 'silent', 'babbles']
const afterNo: readonly Mood[] = ['well', 'cut', 'refuses']
const afterDoubt: readonly Mood[] = ['well', 'cut', 'refuses', 'denies']

/**
 * The mood of a provider at the nth call under one key or name: the same in every run of a seed, and such that what became of the key does
 * not depend on which answers were heard. The third call goes well: with a crash in between, the usual five tries are enough.
 */
export function moodOf(seed: string, action: string, name: string, nth: number): Mood {
  const pick = (number: number, moods: readonly Mood[]): Mood => {
    const digest = createHash('sha256').update(JSON.stringify([seed, action, name, number]))
    return moods[digest.digest().readUInt32BE(0) % moods.length] ?? 'well'
  }
  if (action === 'mail.send') return nth === 1 ? pick(1, ofMails) : 'well'
  // Who keeps keys may deny a call about a password; who does not denies what is asked, and does so again.
  const keepsKeys = action.startsWith('ledger.')
  const one = pick(1, keepsKeys ? first : [...first, 'denies'])
  if (nth === 1 || one === 'denies') return one
  const two = pick(2, one === 'refuses' ? afterNo : afterDoubt)
  return nth === 2 || (two === 'denies' && !keepsKeys) ? two : 'well'
}
