// The words that English texts are made of, whatever they are about.
const plain = new Set(
  `about above after again against also although always another anyone anything around asked away back because been before
  behind being below best better between both bring call came can't cannot come could couldn't days dear didn't does doesn't doing
  don't done down during each either else enough even ever every everyone everything from full gave getting give given goes going
  good great hadn't happy hasn't have haven't having hear hello help here hers herself himself hope hours however i'll i've into isn't
  it's itself just keep kind know last later least less let's like little long look lots made make many maybe mean might mine more
  morning most much must myself need never next nice nobody none nothing often okay once only other ours ourselves over please quite
  rather really regards right said same says send sent several shall she's should shouldn't since some someone something soon
  still such sure take tell than thank thanks that that's their theirs them themselves then there there's these they they're
  thing things think this those though through time today together tomorrow tonight took true under until upon used very want
  wanted wasn't week weeks well went were weren't what what's when where which while whole whom whose will wish with within
  without won't work would wouldn't write wrote year years yesterday yours yourself yes you'd you'll you're you've your`.split(
    /\s+/,
  ),
)
// By these a text is known to be English: some third of any English text consists of them.
const english = new Set(
  'the and to of a in is it you that for on with as are this be at or not have from we i your'.split(' '),
)
const leastEnglish = 0.15

const mostWords = 2000
const topicForm = /^[\p{L}][\p{L}'-]{3,29}$/u

/**
 * The words that a text is about, once each, in lower case. None for a text that is not English: without the plain words of its
 * language all would look like topics.
 */
export function topicsIn(text: string): readonly string[] {
  const words = (text.toLowerCase().match(/[\p{L}\p{M}][\p{L}\p{M}'’-]*/gu) ?? [])
    .slice(0, mostWords)
    .map((word) => word.replaceAll('’', "'").replace(/'s$/, ''))
  if (!isEnglish(words)) return []
  return [...new Set(words.filter((word) => topicForm.test(word) && !plain.has(word)))]
}

function isEnglish(words: readonly string[]): boolean {
  const known = words.filter((word) => english.has(word)).length
  return words.length > 0 && known / words.length >= leastEnglish
}
