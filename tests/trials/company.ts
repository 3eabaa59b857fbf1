import type { ReleaseView } from '../../src/os/queries/releases.ts'
import { judging } from '../../src/os/trials/judging.ts'
import { type Reply, scriptedModel } from '../../src/testing/scripted-model.ts'
import { usd } from '../../src/values/money.ts'
import { minutes } from '../../src/values/time.ts'
import { flows, lived, openIn, writer } from '../releases/company.ts'

type CompanySpec = Parameters<typeof openIn>[1]
type OnQuery = (sql: string) => void
export type TrialCompany = Awaited<ReturnType<typeof openTrial>>

const handful = 5
const mostLooks = 500

/** What a version answers: by its number, which its instructions say. */
export type Answers = (version: number, prompt: string) => Reply

/** A company with writers v3 and v4 (the folder has v4), whose trials are judged. */
export async function openTrial(answers: Answers = says, spec: Partial<CompanySpec> = {}, onQuery?: OnQuery) {
  const folder = await lived([writer(3), writer(4)])
  return openAgain(folder, answers, spec, onQuery)
}

/** The same folder, after its process ended. */
export async function openAgain(
  folder: string,
  answers: Answers = says,
  spec: Partial<CompanySpec> = {},
  onQuery?: OnQuery,
) {
  const price = { perMillionIn: usd(1), perMillionOut: usd(10) }
  const model = scriptedModel(({ prompt }) => answers(Number(/Speak as v(\d)/.exec(prompt)?.[1]), prompt), { price })
  const company = await openIn(folder, { workflows: flows(writer(4)), ...spec }, model, onQuery)
  const chore = judging(company.kernel, () => undefined)
  const judge = async (): Promise<void> => {
    while ((await chore.nextDue()) !== undefined) await chore.perform()
  }
  /** Starts some runs together, which share their commits, and works until they are done. */
  const startAll = async (runs: number): Promise<void> => {
    await Promise.all(
      Array.from({ length: runs }, (_none, at) => company.os.start('write', { about: `${at}` }, 'operator')),
    )
    await company.os.idle()
    // A version whose every answer misses its form shuts the account for all: what waits for that goes on in a while.
    for (let look = 0; look < mostLooks && company.kernel.breakers.shut().size > 0; look += 1) {
      await company.clock.advance(minutes(6))
      await company.os.idle()
    }
  }
  return {
    ...company,
    folder,
    judge,
    show: () => company.call<ReleaseView>('releases.show', { agent: 'writer' }),
    /** So many runs of the one-task workflow, a few at once, judged after each handful. */
    async work(runs: number, until: () => boolean = () => false) {
      for (let at = 0; at < runs; at += handful) {
        await startAll(Math.min(handful, runs - at))
        await judge()
        if (until()) return at + handful
      }
      return runs
    },
    startAll,
    canary: (version = '4', share = 10) =>
      company.call<ReleaseView>('releases.canary', { agent: 'writer', version, share, why: 'a try' }),
  }
}

function says(version: number): Reply {
  return { output: { body: `by v${version}` } }
}
