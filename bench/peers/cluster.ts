import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chownSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { pause } from '../drive.ts'
import { freePort } from '../served.ts'

/** A PostgreSQL of its own: fresh, on a free port of the loopback, with the durability that PostgreSQL has by default. */
export interface Cluster {
  readonly url: string
  /** The postmaster: all other processes of the cluster are below it. */
  readonly pid: number
  stop(): Promise<void>
}

/** What a cluster runs with. All else is as `initdb` leaves it. */
export const clusterSettings = [
  'fsync=on',
  'synchronous_commit=on',
  'full_page_writes=on',
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
] as const

const giveUpMs = 30_000
const betweenLooksMs = 20

// The server must not outlive the bench, even one that is killed: it ends when its standard input does.
const watched = '"$@" & server=$!; cat > /dev/null; kill -INT $server; wait $server'

/** The folder of the server's programs, or `undefined` where it is not installed. */
export function findPostgres(): string | undefined {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : []
  const folders = [
    ...versions.map((version) => join(debian, version, 'bin')),
    ...(process.env.PATH ?? '').split(delimiter),
  ]
  return folders.find((folder) => ['initdb', 'postgres', 'pg_isready'].every((name) => existsSync(join(folder, name))))
}

/** What the server calls itself: `postgres (PostgreSQL) 15.18 (Debian …)`. */
export function versionOf(programs: string): string {
  return execFileSync(join(programs, 'postgres'), ['--version'], { encoding: 'utf8' }).trim()
}

/** Makes and starts a cluster below a folder. */
export async function startCluster(programs: string, folder: string): Promise<Cluster> {
  const user = unprivileged()
  const data = join(folder, 'postgres')
  const password = randomBytes(16).toString('hex')
  const secret = join(folder, 'password')
  mkdirSync(data, { mode: 0o700 })
  writeFileSync(secret, password, { mode: 0o600 })
  if (user) for (const path of [folder, data, secret]) chownSync(path, user.uid, user.gid)
  const made = [
    '-D',
    data,
    '-U',
    'bench',
    '--auth=scram-sha-256',
    `--pwfile=${secret}`,
    '--encoding=UTF8',
    '--locale=C.UTF-8',
  ]
  execFileSync(join(programs, 'initdb'), made, { ...user, stdio: ['ignore', 'ignore', 'inherit'] })
  const port = await freePort()
  const log = openSync(join(folder, 'postgres.log'), 'a')
  const settings = [...clusterSettings, `port=${port}`].flatMap((setting) => ['-c', setting])
  const command = [join(programs, 'postgres'), '-D', data, ...settings]
  const child = spawn('sh', ['-c', watched, 'sh', ...command], { ...user, stdio: ['pipe', log, log], detached: true })
  const stop = () => stopServer(child)
  try {
    await ready(child, programs, port, join(folder, 'postgres.log'))
    const pid = Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0])
    return { url: `postgresql://bench:${password}@127.0.0.1:${port}/postgres`, pid, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** PostgreSQL refuses to run as root. The user that its package makes, or nobody. */
function unprivileged(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n')
  const line = lines.find((text) => text.startsWith('postgres:')) ?? lines.find((text) => text.startsWith('nobody:'))
  const [, , uid, gid] = line?.split(':') ?? []
  if (!uid || !gid) throw new Error('There is neither a user postgres nor nobody for PostgreSQL to run as.')
  return { uid: Number(uid), gid: Number(gid) }
}

async function ready(child: ChildProcess, programs: string, port: number, log: string): Promise<void> {
  const from = performance.now()
  while (!isReady(programs, port)) {
    const ended = child.exitCode !== null || performance.now() - from > giveUpMs
    if (ended) throw new Error(`PostgreSQL does not start:\n${readFileSync(log, 'utf8')}`)
    await pause(betweenLooksMs)
  }
}

function isReady(programs: string, port: number): boolean {
  try {
    execFileSync(join(programs, 'pg_isready'), ['-q', '-h', '127.0.0.1', '-p', String(port)])
    return true
  } catch {
    // Its exit code says that the server does not answer yet.
    return false
  }
}

async function stopServer(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.stdin?.end()
  await once(child, 'exit')
}
