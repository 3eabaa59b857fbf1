import { company, usd } from 'soloist'
import * as via from 'soloist/adapters'
import { analyst } from './agents/analyst.ts'
import { researcher } from './agents/researcher.ts'
import { writer } from './agents/writer.ts'
import { newsletter } from './workflows/newsletter.ts'

const sender = 'The Mending Letter <letter@mending.example.org>'

export default company({
  name: 'The Mending Letter',
  operator: { name: 'Robin Vale', email: 'robin@mending.example.org', timeZone: 'UTC' },
  workflows: [newsletter],
  agents: [researcher, writer, analyst],
  adapters: [
    // Mails become files in outbox/, for any mail program to open. To really send them, put this in its place, and run
    // `soloist secret set smtp-password`:
    //   via.smtp({ host: 'smtp.example.org', port: 465, user: 'letter@mending.example.org', from: sender })
    via.outbox({ from: sender }),
    // Newsletters go to this company's own audience, a mail for each reader. Where a provider keeps the readers, put one of these in
    // its place, and run `soloist secret set ghost-key` or `soloist secret set buttondown-key`; nothing else changes:
    //   via.ghost({ url: 'https://letter.ghost.io' }),
    //   via.buttondown(),
    via.audience({ from: sender }),
    // Markdown files in knowledge/.
    via.folder(),
    // Feeds by address, or from a file of this folder.
    via.readFeeds(),
  ],
  // Without a model the company works with the offline one, which quotes its sources and says so. With models, name them by tier,
  // best first; the next one answers when the one before it cannot. Keys are secrets: `soloist secret set openai.key`.
  models: {
    // import { compatible, openai } from 'soloist'
    // quality: [openai('gpt-5')],
    // standard: [openai('gpt-5-mini'), compatible({ name: 'ollama', url: 'http://localhost:11434/v1', model: 'qwen3', price: 'free' })],
  },
  budgets: { monthly: usd(20), perWorkflow: { newsletter: usd(10) } },
})
