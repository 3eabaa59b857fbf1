import { company, days, pure, workflow } from 'soloist'
import { mail, outbox } from 'soloist/adapters'
import { z } from 'zod'

const invoice = z.object({ id: z.string(), to: z.email(), euros: z.number().positive() })

const writeReminder = pure({
  name: 'write-reminder',
  does: 'Writes a friendly reminder of an unpaid invoice.',
  input: z.object({ invoice }),
  output: z.object({ to: z.string(), subject: z.string(), text: z.string() }),
  run: ({ invoice: { id, to, euros } }) => ({
    to,
    subject: `Invoice ${id}`,
    text: `Invoice ${id} over ${euros} euros is still open. If you have paid it by now, thank you!`,
  }),
})

const remind = workflow({ name: 'remind', input: z.object({ unpaid: z.array(invoice) }) }, (flow, input) =>
  // The body is drawn once; each item gets tasks of its own. An item that fails, or is rejected, is left out.
  flow.each('reminders', input.get('unpaid'), { max: 100, onFailure: 'continue' }, (item) => {
    const letter = flow.task('write', writeReminder, { invoice: item })
    const checked = flow.gate('check', letter, {
      ask: 'Remind them?',
      kind: 'batch',
      covers: [mail.send],
      within: days(3),
    })
    return flow.task('send', mail.send, {
      to: checked.get('to'),
      subject: checked.get('subject'),
      text: checked.get('text'),
    })
  }),
)

export default company({
  name: 'Each',
  operator: { name: 'Robin Vale', email: 'robin@example.org', timeZone: 'UTC' },
  workflows: [remind],
  adapters: [outbox()],
})
