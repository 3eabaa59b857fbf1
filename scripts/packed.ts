import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

// Proves the package as a user gets it: packs it, installs the tarball in an empty folder outside the tree, looks at what came,
// and runs commands there. `node scripts/packed.ts [--keep] [-- COMMAND]…`: each COMMAND is one line for the shell.
const mostBytes = 100 * 1024 * 1024
const root = join(import.meta.dirname, '..')
const keep = process.argv.includes('--keep')
const dashes = process.argv.indexOf('--')
const commands = dashes === -1 ? [] : process.argv.slice(dashes + 1)

const folder = mkdtempSync(join(tmpdir(), 'soloist-packed-'))
try {
  install()
  inspect()
  for (const command of commands) run(command)
} finally {
  if (!keep) rmSync(folder, { recursive: true, force: true })
}

function install(): void {
  const [packed] = JSON.parse(npm(root, ['pack', '--json', '--pack-destination', folder])) as { filename: string }[]
  if (!packed) throw new Error('npm pack made nothing')
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n')
  // npm keeps what it downloaded for the checkout: the registry is asked only for what is not there.
  npm(folder, ['install', '--omit=dev', '--prefer-offline', '--no-audit', '--no-fund', join(folder, packed.filename)])
  say(`installed ${packed.filename} in ${folder}`)
}

/** The production install is small, holds no native module and nothing that only a checkout needs. */
function inspect(): void {
  const files = below(join(folder, 'node_modules'))
  const bytes = files.reduce((sum, path) => sum + lstatSync(path).size, 0)
  const native = files.filter((path) => path.endsWith('.node'))
  const stray = files.filter((path) => /node_modules\/soloist\/(src|tests|scripts|bench)\//.test(path))
  say(`${files.length} files, ${(bytes / 1024 / 1024).toFixed(1)} MB, ${native.length} native modules`)
  if (bytes >= mostBytes) throw new Error(`the install is too large: ${bytes} bytes of at most ${mostBytes}`)
  if (native.length > 0) throw new Error(`the install has native modules: ${native.join(', ')}`)
  entries()
  if (stray.length > 0) throw new Error(`the package has files of the checkout: ${stray.slice(0, 5).join(', ')}`)
}

/** Each public entry whose source exists came as JavaScript with its types. */
function entries(): void {
  const installed = join(folder, 'node_modules/soloist')
  const { exports } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as { exports: Exports }
  for (const [name, target] of Object.entries(exports)) {
    if (typeof target === 'string') continue
    const source = join(root, target.default.replace('./dist/', 'src/').replace(/\.js$/, '.ts'))
    if (!existsSync(source)) {
      say(`entry ${name}: none yet`)
      continue
    }
    const missing = Object.values(target).filter((path) => !existsSync(join(installed, path)))
    if (missing.length > 0) throw new Error(`entry ${name} lacks ${missing.join(', ')}`)
  }
}

type Exports = Readonly<Record<string, string | { readonly types: string; readonly default: string }>>

function run(command: string): void {
  say(`$ ${command}`)
  // Not the checkout's commands: npm put those first in PATH. Node itself is the one that runs this.
  const path = [join(folder, 'node_modules/.bin'), join(process.execPath, '..'), ...systemPath()].join(delimiter)
  const ended = spawnSync(command, { cwd: folder, shell: true, stdio: 'inherit', env: { ...process.env, PATH: path } })
  if (ended.status !== 0) throw new Error(`"${command}" ended with ${ended.status ?? ended.signal}`)
}

function systemPath(): string[] {
  return (process.env.PATH ?? '').split(delimiter).filter((entry) => !entry.includes('node_modules'))
}

function below(where: string): string[] {
  return readdirSync(where, { withFileTypes: true }).flatMap((entry) => {
    const path = join(where, entry.name)
    return entry.isDirectory() ? below(path) : [path]
  })
}

function npm(cwd: string, args: readonly string[]): string {
  return execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
