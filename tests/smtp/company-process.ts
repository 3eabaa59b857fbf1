import { decide } from '../../src/executor/decide.ts'
import { openSender } from './open-company.ts'
import { subscribe } from './subscribe.ts'

// The company's own process: `node company-process.ts FOLDER PORT SUBSCRIBERS`. At first it fills the audience, starts the letter
// and approves it; from then on, and in every later life, it works until it is killed, or until a line on its standard input
// tells it to end once nothing is due.
const [folder = '', port = '', count = ''] = process.argv.slice(2)

const company = await openSender(folder, Number(port), Math.random)
if ((await company.kernel.store.read.selectFrom('runs').select('id').execute()).length === 0) {
  await subscribe(company.kernel, Number(count))
  await company.start('News')
  await company.worker.idle()
  for (const gate of await company.openGates()) await decide(company.kernel, gate.id, { verdict: 'approved' })
}
process.stdout.write('works\n')
process.stdin.once('data', () => void company.close())
await company.worker.idle()
process.stdout.write('idle\n')
