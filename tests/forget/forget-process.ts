import { outbox } from '../../src/adapters/index.ts'
import type { IdentityId } from '../../src/values/id.ts'
import { open } from './open.ts'

/** Forgets somebody in a process of its own: `FOLDER IDENTITY [which call of the adapter ends it]`. */
const [folder = '', identity = '', dieAt = '0'] = process.argv.slice(2)
let calls = 0
const box = outbox()
const mortal = {
  ...box,
  provider: {
    ...box.provider,
    forget: (...given: Parameters<NonNullable<typeof box.provider.forget>>) => {
      calls += 1
      if (calls === Number(dieAt)) process.kill(process.pid, 'SIGKILL')
      return box.provider.forget!(...given)
    },
  },
}
const { os } = await open(folder, { adapters: [mortal] }, process.env)
await os.forget(identity as IdentityId, { dryRun: false, cancelRuns: true })
await os.close()
