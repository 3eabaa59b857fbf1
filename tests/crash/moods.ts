import { createHash } from 'node:crypto'

/**
 * How a provider takes a call. `refuses`: it says no for now, and nothing happened; `denies`: it says no for good. `breaks`: the
 * connection is cut before it did anything. `cut`: it acts, then the connection is cut. `silent`: it acts, then never answers.
 * `babbles`: it acts, then gives nonsense.
 */
export type Mood = 'well' | 'refuses' | 'denies' | 'breaks' | 'cut' | 'silent' | 'babbles'

// A first call may go wrong in any way, a second one in those that are left, the third always goes well: with a crash in between
// the five tries of the usual policy are enough. What the policy does not try again, the operator does.
const usual: readonly (readonly Mood[])[] = [
  ['well', 'refuses', 'denies', 'breaks', 'cut', 'silent', 'babbles'],
  ['well', 'cut', 'refuses', 'denies', 'well'],
]
// A mail is one of several parts, which share the tries of their task: only what becomes a question costs none.
const ofMails: readonly (readonly Mood[])[] = [['well', 'breaks', 'cut', 'silent']]

/** The mood of a provider at the nth call under a key: the same in every run of a seed. */
export function moodOf(seed: string, action: string, key: string, nth: number): Mood {
  const choices = (action === 'mail.send' ? ofMails : usual)[nth - 1]
  if (choices === undefined) return 'well'
  const digest = createHash('sha256')
    .update(JSON.stringify([seed, action, key, nth]))
    .digest()
  return choices[digest.readUInt32BE(0) % choices.length] ?? 'well'
}
