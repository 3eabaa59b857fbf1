import { days, instant, minutes, pure, usd, workflow } from 'soloist'
import { documents, feeds, ledger, moment, newsletters } from 'soloist/adapters'
import { z } from 'zod'
import { analyst } from '../agents/analyst.ts'
import { researcher } from '../agents/researcher.ts'
import { writer } from '../agents/writer.ts'
import { composeNote, sumUp } from './analysis.ts'
import { gather } from './sources.ts'

/** What an issue is made from. All of it may be left out. */
export const Brief = z.object({
  topic: z.string().trim().min(1).max(200).default('Repairs worth doing this month'),
  audience: z.string().default('audience:readers').describe('Who gets it: an audience by its handle.'),
  sendAt: z.iso
    .datetime({ offset: true })
    .nullable()
    .default(null)
    .describe('Not before this time, like 2026-03-13T09:00:00Z; null: as soon as it is approved.'),
  feeds: z
    .array(z.string())
    .default(['feeds/repair-commons.xml', 'feeds/workbench-journal.xml'])
    .describe('Addresses of feeds, or files of this folder.'),
})

const sendTime = pure({
  name: 'send-time',
  does: 'Reads the time at which an issue goes out.',
  input: z.object({ text: z.string().nullable() }),
  output: z.object({ at: moment.nullable() }),
  run: ({ text }) => ({ at: text === null ? null : instant(Date.parse(text)) }),
})

export const newsletter = workflow(
  {
    name: 'newsletter',
    does: 'An issue of the letter, from the brief to what we learn from it.',
    input: Brief,
    lane: 'background',
    subject: (brief) => brief.get('audience'),
    budget: { cost: usd(2), time: minutes(45), whenSpent: 'ask' },
    deadline: days(30),
    upkeep: { owner: 'operator', reviewEvery: days(90), minutesPerMonth: 30 },
  },
  (flow, brief) => {
    const topic = brief.get('topic')
    const news = flow.task('read-feeds', feeds.read, { sources: brief.get('feeds'), max: 60 })
    const shelf = flow.task('list-library', documents.list, { under: 'library', max: 40 })
    const library = flow.each('read-library', shelf.get('documents'), { max: 40 }, (listed) =>
      flow.task('read-document', documents.read, { path: listed.get('path') }),
    )
    // The rules are read as a document: without them nothing is written. The house style comes to the writer as knowledge.
    const rules = flow.task('read-rules', documents.read, { path: 'rules.md' })
    const found = flow.task('gather', gather, { topic, entries: news.get('entries'), documents: library })

    const research = flow.task('research', researcher, {
      topic,
      sources: found.get('sources'),
      problems: news.get('problems'),
    })
    const draft = flow.task('draft', writer, { topic, research, rules: rules.get('text') })
    const edited = flow.gate('edit', draft, {
      ask: 'Edit the issue, then approve it: it will be scheduled and sent to the audience.',
      covers: [newsletters.schedule, newsletters.send],
      within: days(5),
      otherwise: 'reject',
    })

    const time = flow.task('send-time', sendTime, { text: brief.get('sendAt') })
    const campaign = flow.task('schedule', newsletters.schedule, {
      audience: brief.get('audience'),
      issue: edited,
      at: time.get('at'),
    })
    const sent = flow.task('distribute', newsletters.send, { campaign })

    const delivery = flow.task('results', newsletters.results, { delivery: sent }, { delay: days(2) })
    const used = flow.task('ledger', ledger.read, { after: delivery })
    const figures = flow.task('sum-up', sumUp, { delivery, used })
    const analysis = flow.task('analyze', analyst, {
      subject: edited.get('subject'),
      written: draft.get('markdown'),
      approved: edited.get('markdown'),
      sources: edited.get('sources'),
      figures,
    })
    const note = flow.task('compose-note', composeNote, {
      subject: edited.get('subject'),
      delivery,
      figures,
      summary: analysis.get('summary'),
      lessons: analysis.get('lessons'),
    })
    flow.task('keep-note', documents.write, { path: note.get('path'), text: note.get('text') })
    return figures
  },
)
