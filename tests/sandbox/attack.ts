/** What an attack is told of the machine: what it would take, and whom it would reach. */
export interface Target {
  readonly folder: string
  readonly file: string
  readonly database: string
  readonly tcp: number
  readonly udp: number
  readonly socket: string
  readonly keeper: number
}

/** A hostile agent. What it returns is its loot: a wall that holds makes it throw, or ends it by one of these faults. */
export interface Attack {
  readonly name: string
  readonly code: string
  readonly ends: readonly string[]
  /** It ends when its time is over, at the latest: it is given little. */
  readonly isEndless?: true
}

/** An attack that is refused where it stands, and throws. `body` has `input` (a `Target`), `builtin` and `host`. */
export function refused(name: string, body: string, ends: readonly string[] = ['sandbox.failed']): Attack {
  const isEndless = ends.includes('sandbox.time') ? ({ isEndless: true } as const) : {}
  return { name, code: `${prelude}\nconst run = async (input, world) => {\n${body}\n}`, ends, ...isEndless }
}

// Every attack first looks for a way to Node itself: where it stands open, by its name; else by each hole that realms are known to have.
const prelude = `
const isHost = (found) => typeof found?.getBuiltinModule === 'function'
const unwrap = async (way) => {
  try {
    const found = await way()
    if (isHost(found)) return found
    if (isHost(found?.default)) return found.default
    if (isHost(found?.process)) return found.process
  } catch {}
  return undefined
}
const make = (from) => from.constructor.constructor('return process')()
const importError = () => import('x:y').then(() => ({}), (error) => error)
const ofFrames = (sites) => {
  for (const site of sites ?? []) {
    for (const found of [site.getThis?.(), site.getFunction?.()]) {
      if (isHost(found?.process)) return found.process
      if (found) return make(found)
    }
  }
}
const ways = (world) => [
  () => process,
  () => globalThis.process,
  () => import('node:process'),
  () => make(globalThis),
  () => make(world),
  () => make(world.model),
  () => make(console.log),
  async () => make(await importError()),
  async () => make(import('x:y').catch(() => 0)),
  async () => (await importError()).constructor.constructor('return this')(),
  () => { Error.prepareStackTrace = (_error, sites) => sites; return ofFrames(new Error().stack) },
  async () => {
    const error = await importError()
    let sites
    error.constructor.prepareStackTrace = (_error, found) => { sites = found; return '' }
    Object.getPrototypeOf(error.constructor).prepareStackTrace = error.constructor.prepareStackTrace
    void (await importError()).stack
    return ofFrames(sites)
  },
  () => (function f() { return make(f.caller) })(),
  () => { const s = Symbol.for('nodejs.util.inspect.custom'); let got; console.log({ [s]: (_d, _o, inspect) => { got = inspect } }); return make(got) },
  () => new Proxy({}, {}).constructor.constructor('return process')(),
  () => eval('process'),
  () => (0, eval)('process'),
  () => new Function('return process')(),
  () => (async () => {}).constructor('return process')(),
]
const host = async (world) => {
  for (const way of ways(world)) {
    const found = await unwrap(way)
    if (found) return found
  }
  throw new Error('there is no way to Node')
}
const builtin = async (world, name) => {
  const found = (await host(world)).getBuiltinModule(name)
  if (!found) throw new Error('there is no ' + name)
  return found
}
const wait = (start) => new Promise(start)
`
