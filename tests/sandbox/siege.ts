import { createSocket } from 'node:dgram'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { DatabaseSync } from 'node:sqlite'
import type { LayerName } from '../../src/executor/sandbox/layers.ts'
import type { Wish } from '../../src/executor/sandbox/message.ts'
import { openSandbox } from '../../src/executor/sandbox/open-sandbox.ts'
import { systemClock } from '../../src/store/clock.ts'
import { type Fault, fault } from '../../src/values/fault.ts'
import { instant, milliseconds, seconds } from '../../src/values/time.ts'
import type { Attack, Target } from './attack.ts'

/** How one hostile agent ended. */
export interface Ended {
  readonly name: string
  readonly code: string
  readonly why: string
  readonly isExpected: boolean
}

export interface Siege {
  readonly ended: readonly Ended[]
  /** What came through: what servers heard, signals that arrived, what was found in a folder or an answer. */
  readonly got: readonly string[]
  /** Processes of the sandbox that outlived it. */
  readonly left: readonly number[]
  /** Of the keeper's event loop, in milliseconds. */
  readonly p99: number
}

export const alone: ReadonlySet<LayerName> = new Set(['permission', 'watch'])

const little = { cpu: milliseconds(300), time: milliseconds(1500) }
const much = { cpu: seconds(20), time: seconds(60) }
const canary = 'CANARY-7f3a'

/** Lets hostile agents loose on a machine with something to take, `atOnce` of them at one time. */
export async function besiege(attacks: readonly Attack[], layers?: ReadonlySet<LayerName>, atOnce = 2): Promise<Siege> {
  const got: string[] = []
  const ground = await prepare(got)
  const clock = systemClock()
  const sandbox = openSandbox({
    clock,
    ...(layers ? { layers } : {}),
    warm: 2,
  })
  const delay = monitorEventLoopDelay({ resolution: 5 })
  const others = new Set(children())
  const waiting = [...attacks]
  const ended: Ended[] = []
  await sandbox.layers()
  delay.enable()
  const hand = async (): Promise<void> => {
    for (let attack = waiting.shift(); attack; attack = waiting.shift()) {
      const ran = await sandbox.run<Fault>({
        who: attack.name,
        code: attack.code,
        input: { ...ground.target },
        now: instant(0),
        seed: attack.name,
        limits: attack.isEndless ? little : much,
        signal: new AbortController().signal,
        answer: async (wish) => granted(attack.name, wish),
      })
      const wrong = ran.kind === 'fault' ? ran.fault : ran.kind === 'ended' ? ran.end : undefined
      const code = wrong?.code ?? ran.kind
      const why = wrong?.message ?? JSON.stringify(ran)
      if (`${why}${ran.logs.join()}`.includes(canary)) got.push(`${attack.name}: ${why}`)
      ended.push({ name: attack.name, code, why, isExpected: attack.ends.includes(code) })
    }
  }
  await Promise.all(Array.from({ length: atOnce }, hand))
  delay.disable()
  await sandbox.close()
  await ground.close()
  return { ended, got, left: children().filter((pid) => !others.has(pid)), p99: delay.percentile(99) / 1e6 }
}

/** The processes that this one has started, as the system knows them. */
function children(): number[] {
  const threads = existsSync('/proc/self/task') ? readdirSync('/proc/self/task') : []
  return threads.flatMap((thread) =>
    readFileSync(`/proc/self/task/${thread}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number),
  )
}

/** One action is granted, and nothing else. */
function granted(who: string, wish: Wish) {
  if (wish.what === 'act' && wish.action === 'shop.look') return { kind: 'value', value: { found: 'tea' } } as const
  return { kind: 'end', end: fault('sandbox.forbidden', { who, what: wish.what }) } as const
}

/** Something to take, and somebody to reach. */
async function prepare(got: string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'soloist-siege-'))
  const target = {
    folder,
    file: join(folder, 'secret.txt'),
    database: join(folder, 'kept.db'),
    socket: join(folder, 's'),
  }
  writeFileSync(target.file, `CANARY=${canary}\n`)
  const database = new DatabaseSync(target.database)
  database.exec(`create table kept (secret); insert into kept values ('${canary}')`)
  database.close()
  process.env.SOLOIST_CANARY = canary
  const heard = (what: string) => (): void => void got.push(`a connection by ${what}`)
  const tcp = createServer(heard('tcp'))
  const unix = createServer(heard('a socket of the file system'))
  const udp = createSocket('udp4').on('message', heard('udp'))
  await new Promise<void>((done) => tcp.listen(0, '127.0.0.1', done))
  await new Promise<void>((done) => unix.listen(target.socket, done))
  await new Promise<void>((done) => udp.bind(0, '127.0.0.1', done))
  const signalled = (signal: string): void => void got.push(`the signal ${signal}`)
  for (const signal of ['SIGUSR1', 'SIGUSR2'] as const) process.on(signal, signalled)
  const before = readdirSync(folder).length
  const { port } = tcp.address() as { port: number }
  return {
    target: { ...target, tcp: port, udp: udp.address().port, keeper: process.pid } satisfies Target,
    async close(): Promise<void> {
      for (const signal of ['SIGUSR1', 'SIGUSR2'] as const) process.off(signal, signalled)
      delete process.env.SOLOIST_CANARY
      const after = readdirSync(folder)
      if (after.length !== before) got.push(`new files: ${after.join()}`)
      if ('polluted' in {}) got.push('a polluted prototype')
      await Promise.all([tcp, unix].map((server) => new Promise((done) => server.close(done))))
      udp.close()
      rmSync(folder, { recursive: true })
    },
  }
}
