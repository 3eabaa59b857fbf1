#!/usr/bin/env node
// The command. This file also runs on old versions of Node, so it is written in old JavaScript: it finds a Node that is new
// enough and hands over to it. Importing src/main.ts runs the command.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import module from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const needed = 26
const here = dirname(fileURLToPath(import.meta.url))
const self = fileURLToPath(import.meta.url)

if (majorOf(process.version.slice(1)) >= needed) run()
else handOver(process.env.SOLOIST_RELAYED === '1' ? undefined : findNode([here, process.cwd()]))

/** A checkout runs its sources, the published package its build. */
function run() {
  const source = join(here, '../src/main.ts')
  const main = existsSync(source) ? source : join(here, '../dist/main.js')
  stopWithParent()
  keepCompiled()
  import('./own-name.js')
    .then(() => import(pathToFileURL(main).href))
    .catch((error) => {
      process.exitCode = 70
      process.stderr.write(`${error instanceof Error ? error.stack : error}\n`)
    })
}

/**
 * Code is compiled, and types are stripped, once for each version of it: the next start takes half the time. In the user's own
 * cache, into which nobody else can put code; where it cannot be written, Node does without.
 */
function keepCompiled() {
  const home = process.env.HOME === undefined ? undefined : join(process.env.HOME, '.cache')
  const cache = process.env.XDG_CACHE_HOME || process.env.LOCALAPPDATA || home
  if (cache !== undefined) module.enableCompileCache(join(cache, 'soloist'))
}

/** The old Node below us may be killed without a word; then its channel closes, and we stop as if asked to. */
function stopWithParent() {
  if (!process.connected || process.env.SOLOIST_RELAYED !== '1') return
  delete process.env.SOLOIST_RELAYED
  process.channel.unref()
  process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'))
}

/** Walks up from each folder to a `node` package of the right version. */
function findNode(folders) {
  const binary = process.platform === 'win32' ? 'node.exe' : 'node'
  for (const folder of folders) {
    for (let up = folder; ; up = dirname(up)) {
      const found = join(up, 'node_modules', 'node')
      if (newEnough(join(found, 'package.json')) && existsSync(join(found, 'bin', binary))) {
        return join(found, 'bin', binary)
      }
      if (dirname(up) === up) break
    }
  }
  return undefined
}

function newEnough(manifest) {
  try {
    return majorOf(JSON.parse(readFileSync(manifest, 'utf8')).version) >= needed
  } catch (_missingOrBroken) {
    return false
  }
}

function handOver(node) {
  if (node === undefined) {
    process.stderr.write(
      `Soloist needs Node ${needed}, and this is ${process.version}. Next: npm install node@${needed}\n`,
    )
    process.exitCode = 69
    return
  }
  const environment = Object.assign({}, process.env, { SOLOIST_RELAYED: '1' })
  const child = spawn(node, [self].concat(process.argv.slice(2)), {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: environment,
  })
  // A terminal sends Ctrl-C to both of us: passing it on would make it two.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'))
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  process.on('SIGHUP', () => child.kill('SIGHUP'))
  child.on('error', (error) => {
    process.stderr.write(`${node} cannot be started: ${error.message}. Next: npm install node@${needed}\n`)
    process.exitCode = 69
  })
  child.on('exit', (code, signal) => {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(name)
    if (signal) process.kill(process.pid, signal)
    else process.exit(code === null ? 1 : code)
  })
}

function majorOf(version) {
  return Number(String(version).split('.')[0])
}
