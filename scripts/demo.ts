import type { Verified } from '../src/os/os.ts'
import type { GateView, Inbox } from '../src/os/queries/gates.ts'
import type { RunView } from '../src/os/queries/run.ts'
import { days, hours, type Instant, instant, isoInstant, later, minutes } from '../src/values/time.ts'
import { wrongLetters } from './demo/checks.ts'
import { DemoCompany } from './demo/company.ts'
import { timeline } from './demo/timeline.ts'

// `npm run demo`: a whole newsletter, from the brief to what was learned, unattended and through the public commands. Only the clock
// and the operator are scripted. Exit code 0 says that everything came about as it should.
const begin = instant(Date.UTC(2026, 2, 13, 9))
const sendAt = later(begin, days(1))
const audience = 'audience:readers'
const readers = ['ada.lind', 'bao.tran', 'carla.moss', 'dmitri.sand', 'femi.cole', 'greta.holm'].map(
  (name) => `${name}@example.org`,
)

const company = new DemoCompany(begin)
try {
  const { planned, run, verified } = await play()
  const wrong = [
    ...(await wrongLetters(company.folder, readers)),
    ...(run.state === 'done' ? [] : [`the run is ${run.state}`]),
    ...(run.plan === planned ? [] : [`the run's plan is ${run.plan}, soloist plan newsletter says ${planned}`]),
    ...(JSON.stringify(run.output).includes('"delivered":6') ? [] : ['not 6 letters are counted as delivered']),
  ]
  say(`\n${timeline(run)}`)
  say(`The journal is whole: ${verified.events} events. The plan's hash is that of soloist plan newsletter.`)
  for (const line of wrong) say(`WRONG: ${line}`)
  process.exitCode = wrong.length === 0 ? 0 : 1
} finally {
  await company.close()
}

async function play(): Promise<{ planned: string; run: RunView; verified: Verified }> {
  await company.soloist(['init', company.folder])
  await company.serve()
  tell(begin, 'A company was made from the starter, and is at work.')
  await company.ask(['identity', 'add', 'audience', 'Our readers', audience])
  await company.ask(['identity', 'import', `${company.folder}/audience.csv`, '--audience', audience])
  const { hash } = await company.ask<{ hash: string }>(['plan', 'newsletter'])
  tell(begin, 'Eight readers were imported; one had unsubscribed before, one bounced.')
  const { id } = await start()
  await decide()
  const sent = await until(sendAt, id, (run) => isDone(run, 'distribute'))
  tell(sendAt, `${sent.effects.filter(({ action }) => action === 'mail.send').length} letters went out.`)
  await company.ask([
    'identity',
    'member',
    audience,
    'femi.cole@example.org',
    'unsubscribed',
    '--why',
    'They wrote back',
  ])
  const end = later(sendAt, days(2))
  const run = await until(end, id, ({ state }) => state !== 'running')
  tell(end, 'Two days later: the analysis, and a note for the next issue.')
  return { planned: hash, run, verified: await company.ask<Verified>(['verify']) }
}

async function start(): Promise<RunView> {
  const input = { topic: 'Lamps, zips and kettles', sendAt: isoInstant(sendAt) }
  const run = await company.ask<RunView>(['run', 'newsletter', '--input', JSON.stringify(input)])
  tell(begin, `Run ${run.id}: the feeds and documents were read, a draft was written, and it waits for the operator.`)
  return run
}

/** The operator: looks into the inbox an hour later, gives the draft another subject, and approves it. */
async function decide(): Promise<void> {
  const { confirm } = await company.ask<Inbox>(['inbox'])
  const gate = confirm[0]
  if (!gate?.card) throw new Error('nothing waits for the operator')
  const at = later(begin, hours(1))
  company.setTime(at)
  const content = { ...(gate.card.content as object), subject: 'Lamps, zips and kettles: six repairs worth an evening' }
  const { state } = await company.ask<GateView>(['decide', gate.id, '--edit', '-'], JSON.stringify(content))
  tell(at, `The operator changed the subject and approved it for ${gate.card.recipients?.count} readers: ${state}.`)
}

/** Sets the clock, and looks at the run until it has come so far; a minute of the demo at most. */
async function until(at: Instant, id: string, reached: (run: RunView) => boolean): Promise<RunView> {
  company.setTime(at)
  const patience = performance.now() + minutes(1)
  for (;;) {
    const run = await company.ask<RunView>(['show', id])
    if (reached(run)) return run
    if (performance.now() > patience) throw new Error(`the run does not go on: it is ${run.state}\n${timeline(run)}`)
  }
}

function isDone({ tasks }: RunView, name: string): boolean {
  return tasks.some((task) => task.name === name && task.state === 'done')
}

function tell(at: Instant, what: string): void {
  say(`${isoInstant(at)}  ${what}`)
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
