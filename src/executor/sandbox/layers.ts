import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** One wall around code: whether it stands here, and if not, why. */
export interface LayerState {
  readonly name: LayerName
  readonly does: string
  readonly active: boolean
  /** Empty where it is active. */
  readonly why: string
}

/**
 * `realm`: the code sees nothing of Node. `permission`: Node refuses it files, network and processes. The rest is of the operating
 * system, and beneath these two.
 */
export type LayerName = 'realm' | 'permission' | 'user' | 'limits' | 'network' | 'privileges' | 'watch'

/** The programs that put a process behind the walls of the operating system, in their order; each ends in the next. */
export interface Walls {
  readonly states: readonly LayerState[]
  /** The words before those of the program itself; `place` tells the processes that live at one time apart. */
  readonly command: (place: number, caps: Caps) => readonly string[]
}

/** Limits of one process that the kernel holds. */
export interface Caps {
  readonly cpuSeconds: number
  readonly dataBytes: number
}

// Where the system keeps its own programs: a search path could name another.
const folders = ['/usr/bin', '/bin', '/usr/sbin', '/sbin']
// Between the users that people make and those of containers; systemd takes its own dynamic users from here too. One for each process:
// two of one user could stop each other.
const firstUser = 61_184
const users = 4096
// Node and its threads are some six; all else would be a fork bomb. Counted for the user, so only where it has one of its own.
const mostProcesses = 64
const mostFiles = 64
// To start a program and to be told that it may not.
const patience = 5000

const words: Readonly<Record<LayerName, string>> = {
  realm: 'the code sees nothing of Node',
  permission: 'Node refuses it files, network and processes',
  user: 'it runs as a user who owns nothing',
  limits: 'the kernel limits its processor time, memory, files and processes',
  network: 'it has a network of its own, with nobody in it',
  privileges: 'it can gain no privileges',
  watch: 'its memory and processor time are watched',
}

/** Tries which walls stand on this machine. `wanted` leaves others out, for those who show that each holds by itself. */
export async function findWalls(node: string, wanted: ReadonlySet<LayerName> = everything): Promise<Walls> {
  const isRoot = process.getuid?.() === 0
  const tools = { unshare: find('unshare'), prlimit: find('prlimit'), setpriv: find('setpriv') }
  const tried = {
    user: isRoot
      ? await tryUser(tools.setpriv, node)
      : 'the company does not run as root, so it cannot become another user',
    limits: tools.prlimit ? await attempt(tools.prlimit, ['--core=0', '--', 'true']) : missing('prlimit'),
    network: tools.unshare ? await attempt(tools.unshare, [...namespace(isRoot), 'true']) : missing('unshare'),
    privileges: tools.setpriv ? await attempt(tools.setpriv, ['--no-new-privs', 'true']) : missing('setpriv'),
    watch: existsSync('/proc/self/statm') ? '' : 'this system has no /proc',
    realm: '',
    permission: '',
  }
  const states = (Object.keys(words) as LayerName[]).map((name): LayerState => {
    const why = wanted.has(name) ? tried[name] : 'it is left out'
    return { name, does: words[name], active: why === '', why }
  })
  const active = new Set(states.flatMap((state) => (state.active ? [state.name] : [])))
  return { states, command: (place, caps) => chain(tools, active, isRoot, place, caps) }
}

const everything: ReadonlySet<LayerName> = new Set(Object.keys(words) as LayerName[])

type Tools = Readonly<Record<'unshare' | 'prlimit' | 'setpriv', string | undefined>>

function chain(tools: Tools, active: ReadonlySet<LayerName>, isRoot: boolean, place: number, caps: Caps): string[] {
  const { cpuSeconds, dataBytes } = caps
  const user = `${firstUser + (place % users)}`
  const own = active.has('user')
  const limits = [
    `--cpu=${cpuSeconds}:${cpuSeconds + 1}`,
    `--data=${dataBytes}`,
    `--nofile=${mostFiles}`,
    ...['--core=0', '--fsize=0', '--msgqueue=0', '--memlock=0'],
    ...(own ? [`--nproc=${mostProcesses}`] : []),
  ]
  const privileges = [
    ...(active.has('privileges') ? ['--no-new-privs'] : []),
    ...(own ? [`--reuid=${user}`, `--regid=${user}`, '--clear-groups', '--inh-caps=-all', '--bounding-set=-all'] : []),
    '--pdeathsig=KILL',
  ]
  return [
    ...(active.has('network') ? [tools.unshare ?? '', ...namespace(isRoot)] : []),
    ...(active.has('limits') ? [tools.prlimit ?? '', ...limits, '--'] : []),
    ...(own || active.has('privileges') ? [tools.setpriv ?? '', ...privileges, '--'] : []),
  ]
}

/** Who is not root needs a user namespace to make another; without a mapping nothing in it is privileged. */
function namespace(isRoot: boolean): string[] {
  return isRoot ? ['--net', '--ipc', '--'] : ['--user', '--net', '--ipc', '--']
}

async function tryUser(setpriv: string | undefined, node: string): Promise<string> {
  if (!setpriv) return missing('setpriv')
  const as = [
    `--reuid=${firstUser}`,
    `--regid=${firstUser}`,
    '--clear-groups',
    '--inh-caps=-all',
    '--bounding-set=-all',
  ]
  const why = await attempt(setpriv, [...as, '--', node, '--version'])
  return why === '' ? '' : `${node} cannot be run by another user: ${why}`
}

function find(program: string): string | undefined {
  return folders.map((folder) => join(folder, program)).find(existsSync)
}

function missing(program: string): string {
  return `this system has no '${program}' (util-linux)`
}

/** Empty where it works, else why not. */
function attempt(file: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(file, args, { env: {}, cwd: '/', timeout: patience }, (error, _out, said) => {
      if (!error) resolve('')
      else resolve(said.trim().split('\n')[0]?.slice(0, 200) || `${file} could not be run`)
    })
  })
}
