import { pure } from 'soloist'
import { deliverySchema, usedSchema } from 'soloist/adapters'
import { z } from 'zod'

/** How an issue went. `operatorMinutes` is an estimate: a minute for each decision, and the time to read what was shown. */
export const figuresSchema = z.object({
  delivered: z.int(),
  bounced: z.int(),
  unsubscribed: z.int(),
  unknown: z.int(),
  costUsd: z.number(),
  operatorMinutes: z.number(),
})

export const sumUp = pure({
  name: 'sum-up',
  does: 'Puts what was delivered and what it took side by side.',
  input: z.object({ delivery: deliverySchema, used: usedSchema }),
  output: figuresSchema,
  run: ({ delivery: { delivered, bounced, unsubscribed, unknown }, used: { costUsd, operatorMinutes } }) => ({
    delivered,
    bounced,
    unsubscribed,
    unknown,
    costUsd,
    operatorMinutes,
  }),
})

export const composeNote = pure({
  name: 'compose-note',
  does: 'Writes down how an issue went, as a note for the research of the next one.',
  input: z.object({
    subject: z.string(),
    delivery: deliverySchema,
    figures: figuresSchema,
    summary: z.string(),
    lessons: z.array(z.string()).readonly(),
  }),
  output: z.object({ path: z.string(), text: z.string() }),
  run({ subject, delivery, figures, summary, lessons }) {
    const day = new Date(delivery.at).toISOString().slice(0, 10)
    const short = subject
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .slice(0, 40)
      .replace(/^-|-$/g, '')
    const lines = [
      `# How "${subject}" of ${day} went`,
      '',
      `- Delivered ${figures.delivered}, bounced ${figures.bounced}, in doubt ${figures.unknown}; ${figures.unsubscribed} left since.`,
      `- Cost $${figures.costUsd.toFixed(2)}, and some ${figures.operatorMinutes} minutes of the operator (an estimate).`,
      '',
      summary,
      ...(lessons.length > 0 ? ['', '## Next time', '', ...lessons.map((lesson) => `- ${lesson}`)] : []),
    ]
    // The end of the campaign's id keeps two issues of one day and one name apart.
    return { path: `notes/${day}-${short || 'issue'}-${delivery.campaign.slice(-6)}.md`, text: `${lines.join('\n')}\n` }
  },
})
