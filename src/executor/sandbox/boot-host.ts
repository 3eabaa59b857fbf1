import { type Receive, realmText, type Start } from './boot-realm.ts'

/** Takes a line; the first is the job. */
type Take = (line: string, isFirst: boolean) => void

/**
 * The program of a process of the sandbox. It takes away what Node's permission model leaves open, says that it is ready, and waits on its
 * standard input for the job. The functions of this file cross to it as text: they use each other, and nothing else. `isConfined` is false only
 * where it is shown that the walls beneath hold by themselves: then the code has all of Node in its hands.
 */
export function hostText(isConfined: boolean): string {
  const parts = [bootHost, trim, sender, block, listen, evaluator]
  return `'use strict';${parts.join('\n')}\nbootHost(${JSON.stringify(realmText())},${isConfined})`
}

function bootHost(realm: string, isConfined: boolean): void {
  const vm = process.getBuiltinModule('node:vm')
  const send = sender()
  const say = (message: object): void => send(JSON.stringify(message))
  trim()
  const context = isConfined
    ? vm.createContext(vm.constants.DONT_CONTEXTIFY, { codeGeneration: { strings: false, wasm: false } })
    : undefined
  const script = new vm.Script(realm, { filename: 'realm' })
  const boot = context ? script.runInContext(context) : script.runInThisContext()
  const receive: Receive = boot(send, isConfined)
  const take: Take = (line, isFirst) => {
    try {
      if (isFirst) receive(line, evaluator((JSON.parse(line) as Start).code, context))
      else receive(line)
    } catch (error) {
      say({ kind: 'threw', why: String((error as Error).message) })
    }
  }
  process.on('unhandledRejection', () =>
    say({ kind: 'threw', why: 'a promise was rejected, and nothing looked at it' }),
  )
  if (isConfined) block(take)
  else listen(take)
}

/**
 * The permission model has no word for signals and priorities, nor for what switches on the inspector of another process. What is
 * taken away may be assigned to (modules of Node do that), and is not had back by it.
 */
function trim(): void {
  const builtin = process.getBuiltinModule
  const take = (from: object, names: readonly string[]): void => {
    for (const name of names) Object.defineProperty(from, name, { value: undefined, writable: true })
  }
  take(process, ['kill', '_kill', '_debugProcess', '_debugEnd', '_rawDebug', 'dlopen', 'binding', '_linkedBinding'])
  take(process, [
    'execve',
    'report',
    'loadEnvFile',
    'setuid',
    'setgid',
    'seteuid',
    'setegid',
    'setgroups',
    'initgroups',
  ])
  take(builtin('node:os'), ['setPriority', 'userInfo', 'networkInterfaces', 'hostname'])
  take(builtin('node:v8'), ['setFlagsFromString'])
  builtin('node:module').syncBuiltinESMExports()
  process.env.TZ = 'UTC'
}

// A text or nothing: what is no text is no message. Whoever reads it is gone when it cannot be written.
function sender(): (line: string) => void {
  const fs = process.getBuiltinModule('node:fs')
  return (line) => {
    if (typeof line !== 'string') return
    try {
      let bytes = Buffer.from(`${line}\n`)
      while (bytes.length > 0) bytes = bytes.subarray(fs.writeSync(3, bytes))
    } catch {
      process.exit(1)
    }
  }
}

/** Nothing happens in the realm but by what it is told, so the process may sleep until it is told something. */
function block(take: Take): void {
  const fs = process.getBuiltinModule('node:fs')
  const decoder = new TextDecoder()
  const chunk = Buffer.alloc(65_536)
  let rest = ''
  let isFirst = true
  const turn = (): void => {
    let end = rest.indexOf('\n')
    while (end < 0) {
      const got = fs.readSync(0, chunk)
      if (got === 0) process.exit(0)
      rest += decoder.decode(chunk.subarray(0, got), { stream: true })
      end = rest.indexOf('\n')
    }
    const line = rest.slice(0, end)
    rest = rest.slice(end + 1)
    take(line, isFirst)
    isFirst = false
    setImmediate(turn)
  }
  turn()
}

function listen(take: Take): void {
  const lines = process.getBuiltinModule('node:readline').createInterface({ input: process.stdin })
  let isFirst = true
  lines.on('line', (line) => {
    take(line, isFirst)
    isFirst = false
  })
  lines.on('close', () => process.exit(0))
}

function evaluator(code: string, context: import('node:vm').Context | undefined): () => unknown {
  const builtin = process.getBuiltinModule
  const vm = builtin('node:vm')
  if (context) {
    const own = new vm.Script(`'use strict';${code}\n;run`, { filename: 'agent.ts' })
    return () => own.runInContext(context)
  }
  const importModuleDynamically = vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER
  const options = { filename: 'agent.ts', importModuleDynamically }
  const own = vm.compileFunction(`${code}\n;return run`, ['require', 'process'], options)
  return () => own(builtin('node:module').createRequire('file:///'), process)
}
