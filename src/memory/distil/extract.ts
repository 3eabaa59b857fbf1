import { factKey } from '../../identity/fact.ts'
import type { Seq } from '../../store/tables.ts'
import type { StoredEvent } from '../../telemetry/event.ts'
import type { Json } from '../../values/json.ts'
import { type Origin, worstOrigin } from '../../values/origin.ts'
import type { Instant } from '../../values/time.ts'
import { aboutSelf, type Found } from './about-self.ts'
import { amountsIn } from './amount.ts'
import { ownWords } from './own-words.ts'
import { promisesIn } from './promise.ts'
import { isDoubtful, isJoking, sentencesIn } from './sentences.ts'
import type { Stretch } from './stretch.ts'

/** What was taken from somebody's words. Never surer or cleaner than its sources. */
export interface Statement {
  readonly key: string
  readonly value: Json
  /** Between 0 and 1. */
  readonly confidence: number
  readonly origin: Origin
  readonly sources: readonly Seq[]
  /** When it was said. */
  readonly saidAt: Instant
}

/**
 * The facts in a stretch, by forms of sentences alone: no model, no guess. It knows English forms only; other languages give none.
 * Precision comes before recall. The same stretch gives the same statements.
 */
export function extract(stretch: Stretch, timeZone: string): readonly Statement[] {
  return stretch.events.flatMap((event) =>
    event.kind === 'interaction.recorded' ? statementsIn(event, stretch.of, timeZone) : [],
  )
}

type Interaction = Extract<StoredEvent, { kind: 'interaction.recorded' }>

function statementsIn({ seq, origin, payload }: Interaction, of: string, timeZone: string): Statement[] {
  // A note is written about them, by us: its "I" is the operator.
  if (payload === null || payload.channel === 'note') return []
  const own = ownWords(payload.text)
  if (isJoking(own)) return []
  const { by, who, happenedAt } = payload
  const voice = of === 'person' ? null : who
  return sentencesIn(own)
    .filter((sentence) => !isDoubtful(sentence))
    .flatMap((sentence) => {
      const self = by === 'them' ? aboutSelf(sentence).map((found) => spoken(found, voice)) : []
      const others = [...amountsIn(sentence), ...promisesIn(sentence, happenedAt, timeZone)].map((found) =>
        sided(found, by),
      )
      return [...self, ...others].map(({ key, parts, confidence }) => ({
        key,
        value: { ...parts, says: sentence },
        confidence,
        origin: worstOrigin([origin, 'system']),
        sources: [seq],
        saidAt: happenedAt,
      }))
    })
}

/** Where an identity has several voices, what one says of themselves is said of that one. */
function spoken(found: Found, voice: string | null): Found {
  if (voice === null || factKey(voice) === '') return found
  return { ...found, key: `${found.key}.${factKey(voice)}`.slice(0, 80), parts: { ...found.parts, who: voice } }
}

function sided(found: Found, by: 'us' | 'them'): Found {
  return {
    ...found,
    key: found.key.replace(/^said\.(\w+)/, `said.$1.${by}`).slice(0, 80),
    parts: { by, ...found.parts },
  }
}
