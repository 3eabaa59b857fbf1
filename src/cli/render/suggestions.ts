import type { SuggestionLine } from '../../os/queries/suggestions.ts'
import { plain } from './table.ts'

/** Who may be one with whom, each with why and what comes next; those who only look alike come last, with a warning. */
export function suggestionText(suggestions: readonly SuggestionLine[]): string {
  return suggestions
    .toSorted((a, b) => Number(a.warning) - Number(b.warning))
    .map(({ one, other, evidence, warning }) => {
      const who = `${plain(one.name ?? one.id)} (${one.id}) and ${plain(other.name ?? other.id)} (${other.id})`
      const head = warning ? `WARNING: ${who} look alike. Do not merge unless you are sure.` : `${who} may be one.`
      const next = warning
        ? `soloist identity distinguish ${one.id} ${other.id}`
        : `soloist identity merge ${one.id} ${other.id}, or soloist identity distinguish ${one.id} ${other.id}`
      return [head, ...evidence.map((sentence) => `  ${plain(sentence)}`), `  Next: ${next}`].join('\n')
    })
    .join('\n')
}
