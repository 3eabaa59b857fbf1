import { z } from 'zod'
import { action, port } from '../port.ts'

/** Heavy artifacts where they live: every company has this port, no adapter needs to be named. */
export const pointers = port('pointers', {
  read: action({
    does: 'Opens an artifact of whom the task is about, where it lives, and gives the beginning of its text.',
    risk: 'read',
    effect: 'none',
    input: z.object({
      pointer: z
        .string()
        .min(1)
        .max(1100)
        .describe('The id of a pointer (ptr_…), or adapter:name as sources are named'),
    }),
    output: z.object({
      pointer: z.string(),
      title: z.string().nullable(),
      url: z.string().nullable(),
      text: z.string(),
      /** True where more is in it. */
      cut: z.boolean(),
    }),
  }),
})
