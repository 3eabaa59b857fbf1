import { buttondown, ghost } from '../../src/adapters/index.ts'
import { gatherReaders } from '../crash/audience.ts'
import { openCrashCompany } from '../crash/company.ts'
import { letterBy } from '../crash/letter.ts'
import { live } from '../crash/live.ts'

// A process that owns a company whose newsletter lies with a provider of the suite: `node company-process.ts FOLDER PROVIDER URL SECRET
// [prepare]`. It lives until its run is at its end and then leaves with 0, unless SOLOIST_CRASH ends it earlier.
const [folder = '', provider = '', url = '', secret = '', only] = process.argv.slice(2)
const { spec, ...work } = letterBy('outbox')
const adapter = provider === 'ghost' ? ghost({ url }) : buttondown({ url: `${url}/v1` })
const hosted = { ...work, spec: { ...spec, adapters: [adapter] } }
const company = await openCrashCompany(folder, hosted)
const { store, vault } = company.kernel
if (only === 'prepare') {
  await gatherReaders(company.kernel)
  await store.write((tx) => vault.setSecret(tx, adapter.provider.secrets[0] ?? '', secret))
} else await live(company, hosted)
await company.close()
