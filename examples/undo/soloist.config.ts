import { company, workflow } from 'soloist'
import { documents, folder } from 'soloist/adapters'
import { z } from 'zod'

const prices = z.object({ list: z.string(), notice: z.string() })

const raisePrices = workflow({ name: 'raise-prices', input: prices }, (flow, input) => {
  flow.task('write-list', documents.write, { path: 'prices.md', text: input.get('list') })
  return flow.task('write-notice', documents.write, { path: 'notice.md', text: input.get('notice') })
})

export default company({
  name: 'Undo',
  operator: { name: 'Robin Vale', email: 'robin@example.org', timeZone: 'UTC' },
  workflows: [raisePrices],
  adapters: [folder()],
})
