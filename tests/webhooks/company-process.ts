import { openHooks, serveHooks } from './company.ts'

// A company's own process: `node company-process.ts FOLDER HOST`. It prints where it listens, works until it is killed: from outside,
// or by SOLOIST_CRASH.
const [folder = '', host = ''] = process.argv.slice(2)
const os = await openHooks(folder, { allowPrivate: [host] }, process.env)
const served = await serveHooks(os)
os.work()
process.stdout.write(`${served.url}\n`)
