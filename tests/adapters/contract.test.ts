import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, test } from 'vitest'
import { folder } from '../../src/adapters/documents/folder.ts'
import { feeds } from '../../src/adapters/feeds/feeds.ts'
import { outbox } from '../../src/adapters/mail/outbox.ts'
import { smtp } from '../../src/adapters/mail/smtp.ts'
import { audience } from '../../src/adapters/newsletters/audience.ts'
import { testAdapter } from '../../src/testing/adapter-suite.ts'
import {
  documentSamples,
  documentText,
  feedSamples,
  feedText,
  mailSamples,
  newsletterMembers,
  newsletterSamples,
} from '../../src/testing/port-samples.ts'
import { openInbox } from './smtp-server.ts'

const inbox = await openInbox()
afterAll(() => inbox.close())
const from = 'Soloist <me@example.org>'

testAdapter({
  test,
  adapter: outbox({ from }),
  samples: mailSamples,
  count: async (_action, home) => (await readdir(join(home, 'outbox'))).length,
})

testAdapter({
  test,
  adapter: smtp({ host: '127.0.0.1', port: inbox.port, from }),
  samples: mailSamples,
  count: async () => inbox.mails.length,
})

testAdapter({
  test,
  adapter: folder({ folder: 'knowledge' }),
  samples: documentSamples,
  prepare: async (home) => {
    await mkdir(join(home, 'knowledge', 'notes'), { recursive: true })
    await writeFile(join(home, 'knowledge', 'notes', 'first.md'), documentText)
  },
  count: async (_action, home) => (await readdir(join(home, 'knowledge', 'notes'))).length,
})

testAdapter({
  test,
  adapter: feeds(),
  samples: feedSamples,
  prepare: (home) => writeFile(join(home, 'feed.xml'), feedText),
})

testAdapter({ test, adapter: audience({ from }), samples: newsletterSamples, members: newsletterMembers })
