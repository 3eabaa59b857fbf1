import { gatherReaders } from './audience.ts'
import { openCrashCompany } from './company.ts'
import { live } from './live.ts'
import { workNamed } from './works.ts'

// A process that owns the company in a folder: `node company-process.ts FOLDER WORK [prepare]`. It lives until the run is at its
// end and then leaves with 0, unless SOLOIST_CRASH ends it earlier. `prepare` only opens the company and gathers its readers.
const [folder = '', name = '', only] = process.argv.slice(2)
const work = workNamed(name)
const company = await openCrashCompany(folder, work)
await gatherReaders(company.kernel)
if (only !== 'prepare') await live(company, work)
await company.close()
