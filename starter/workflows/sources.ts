import { pure } from 'soloist'
import { documentSchema, entrySchema } from 'soloist/adapters'
import { z } from 'zod'

/** A source of an issue. `pointer` says where it lives: the adapter, and its own name of it. */
export const sourceSchema = z.object({
  title: z.string(),
  url: z.string(),
  pointer: z.string(),
  text: z.string(),
})

/**
 * Feed entries and documents in one form, those that fit the topic first. Only what has a link that a reader can open counts: a
 * document says its own in a line `Link: https://…`.
 */
export const gather = pure({
  name: 'gather',
  does: 'Puts feed entries and documents into one list of sources, those that fit the topic first.',
  input: z.object({
    topic: z.string(),
    entries: z.array(entrySchema).readonly(),
    documents: z.array(documentSchema).readonly(),
  }),
  output: z.object({ sources: z.array(sourceSchema) }),
  run({ topic, entries, documents }) {
    // Enough to choose six from, and little enough for one prompt.
    const most = 24
    const asked = [...new Set(topic.toLowerCase().match(/\p{L}{4,}/gu) ?? [])]
    const relevance = ({ title, text }: { title: string; text: string }): number =>
      asked.filter((word) => `${title} ${text}`.toLowerCase().includes(word)).length
    const news = entries.flatMap(({ id, title, url, summary }) =>
      url === null ? [] : [{ title, url, pointer: `feeds:${id}`.slice(0, 1100), text: summary }],
    )
    const library = documents.flatMap(({ path, title, text }) => {
      const url = /^Link: +(https?:\/\/\S+) *$/m.exec(text)?.[1]
      const words = text.replace(/^#.*$|^Link: .*$/gm, '').trim()
      return url === undefined ? [] : [{ title, url, pointer: `folder:${path}`, text: words.slice(0, 6000) }]
    })
    const ranked = [...news, ...library].map((source) => ({ source, fits: relevance(source) }))
    return {
      sources: ranked
        .sort((a, b) => b.fits - a.fits)
        .slice(0, most)
        .map(({ source }) => source),
    }
  },
})
