import type { Json } from '../../values/json.ts'
import { type Found, plainName } from './walk.ts'

/** Values under a name or a near one, best first: the same name before a near one, near the top before deep down. */
export function named(found: readonly Found[], name: string): readonly Found[] {
  const wanted = plainName(name)
  const near = nearNames.find((group) => group.has(wanted))
  const same = found.filter(({ plain }) => plain !== '' && plain === wanted)
  const alike = near ? found.filter(({ plain }) => near.has(plain) && plain !== wanted) : []
  return [...same, ...alike]
}

export const isTitle = (name: string): boolean => titles.has(plainName(name))
export const isDigest = (name: string): boolean => digests.has(plainName(name))
export const isLink = (name: string): boolean => links.has(plainName(name))
export const isProse = (name: string): boolean => prose.test(name)
export const isKeyword = (name: string): boolean => /tag|keyword|topic|theme|label/i.test(name)
export const isSourceList = (name: string): boolean =>
  /source|reference|citation|link|item|entr(?:y|ies)|article|pointer|reading|stor(?:y|ies)|finding|evidence|note/i.test(
    name,
  )

/** How many there are of what a name counts (`sourceCount`, `numberOfSources`), where the inputs have such a list. */
export function counted(found: readonly Found[], name: string, sources: number): number | undefined {
  const of = /^(?:number|count|total|num|n)(?:of)?(.+)$|^(.+?)(?:count|total|number)$/.exec(plainName(name))
  const wanted = plainName(of?.[1] ?? of?.[2] ?? '')
  const list = found.find(({ plain, value }) => Array.isArray(value) && wanted !== '' && plain === wanted)
  if (list) return (list.value as readonly Json[]).length
  return wanted === 'source' ? sources : undefined
}

const titles = new Set(['title', 'subject', 'headline', 'topic', 'heading'])
const links = new Set(['url', 'link', 'href', 'uri'])
const digests = new Set(
  [
    'body',
    'markdown',
    'text',
    'draft',
    'digest',
    'summary',
    'content',
    'newsletter',
    'output',
    'article',
    'report',
    'answer',
  ].map(plainName),
)
const prose =
  /note|reason|why|intro|lead|hook|descri|abstract|analy|insight|finding|point|preview|preheader|conclu|highlight|lesson|quote|excerpt|snippet|sentence/i
const nearNames: readonly ReadonlySet<string>[] = [
  titles,
  links,
  new Set(['id', 'externalid', 'pointer', 'key']),
  new Set(['summary', 'description', 'excerpt', 'abstract', 'snippet']),
  new Set(['date', 'published', 'publishedat', 'pubdate', 'time', 'at', 'seenat']),
]
