import { serve } from '../../src/api/serve.ts'
import { soloist } from '../../src/cli/soloist.ts'
import { examineOpen } from '../../src/os/doctor/examine.ts'
import type { Os } from '../../src/os/os.ts'
import type { Said } from './shell.ts'

/** Types a command at the desk of a company that is open already, and stays so. */
export async function typeAt(
  { os, folder }: { readonly os: Os; readonly folder: string },
  argv: readonly string[],
  stdin = '',
): Promise<Said> {
  const out: string[] = []
  const err: string[] = []
  const code = await soloist({
    argv,
    cwd: folder,
    timeZone: 'UTC',
    out: (line) => out.push(line),
    err: (line) => err.push(line),
    isWatched: false,
    readAll: async () => stdin,
    readSecret: async () => '',
    stopped: async () => {},
    open: async () => ({ ...os, close: async () => {} }),
    importCompany: async (_archive, to) => ({ folder: to, lastSeq: 7, epoch: 2, kind: 'copy', paused: true }),
    examine: async (_folder, fix) => examineOpen(os, { fix }),
    serve,
    version: '0.0.0',
    starter: '',
  })
  return { code, out: out.join('\n'), err: err.join('\n') }
}
