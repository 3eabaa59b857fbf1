import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

// bin/ in a folder of its own, with a stand-in for the command: what is proved here is how it is reached.
const bin = join(import.meta.dirname, '../../bin')
const oldNode = `data:text/javascript,Object.defineProperty(process, 'version', { value: 'v20.1.0' })`
const main = `
import * as own from 'soloist'
process.on('SIGTERM', () => process.exit(12))
process.stdout.write(JSON.stringify({ own: own.name, args: process.argv.slice(2), relayed: process.connected }) + '\\n')
if (process.argv[2] === 'exit') process.exitCode = Number(process.argv[3])
else if (process.argv[2] === 'die') process.kill(process.pid, 'SIGKILL')
else process.stdin.resume()
`

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'soloist-bin-'))
  cpSync(bin, join(folder, 'bin'), { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function place(path: string, text: string): void {
  mkdirSync(join(folder, path, '..'), { recursive: true })
  writeFileSync(join(folder, path), text)
}

function placeNode(version: string): void {
  place('node_modules/node/package.json', JSON.stringify({ version }))
  mkdirSync(join(folder, 'node_modules/node/bin'))
  symlinkSync(process.execPath, join(folder, 'node_modules/node/bin/node'))
}

function published(): void {
  place('dist/main.js', main)
  place('dist/index.js', "export const name = 'dist'")
}

function start(nodeOptions: readonly string[], args: readonly string[]): ChildProcess {
  const command = [...nodeOptions, join(folder, 'bin/soloist.js'), ...args]
  return spawn(process.execPath, command, { cwd: tmpdir(), env: { PATH: process.env.PATH } })
}

async function said(
  child: ChildProcess,
): Promise<{ out: string; err: string; code: number | null; signal: string | null }> {
  let out = ''
  let err = ''
  child.stdout?.on('data', (chunk) => (out += chunk))
  child.stderr?.on('data', (chunk) => (err += chunk))
  const [code, signal] = await once(child, 'close')
  return { out, err, code, signal }
}

describe('on a Node that is new enough', () => {
  test('the published package runs its build, and company files get the same package', async () => {
    published()
    const { out, code } = await said(start([], ['exit', '3']))
    expect(JSON.parse(out)).toEqual({ own: 'dist', args: ['exit', '3'] })
    expect(code).toBe(3)
  })

  test('a checkout runs its sources', async () => {
    published()
    place('src/main.ts', `const typed: string = 'source'\n${main.replace("'soloist'", "'./index.ts'")}`)
    place('src/index.ts', "export const name: string = 'src'")
    const { out } = await said(start([], ['exit', '0']))
    expect(JSON.parse(out)).toMatchObject({ own: 'src' })
  })
})

describe('on an old Node', () => {
  test('the node package beside it takes over, and its exit code comes through', async () => {
    published()
    placeNode('26.10.0')
    const { out, code } = await said(start(['--import', oldNode], ['exit', '7', 'a b']))
    expect(JSON.parse(out)).toEqual({ own: 'dist', args: ['exit', '7', 'a b'], relayed: true })
    expect(code).toBe(7)
  })

  test('a signal reaches the command', async () => {
    published()
    placeNode('26.10.0')
    const child = start(['--import', oldNode], ['stay'])
    const ended = said(child)
    await once(child.stdout as NodeJS.ReadableStream, 'data')
    child.kill('SIGTERM')
    expect(await ended).toMatchObject({ code: 12 })
  })

  test('a command that was killed says so upwards', async () => {
    published()
    placeNode('26.10.0')
    expect(await said(start(['--import', oldNode], ['die']))).toMatchObject({ code: null, signal: 'SIGKILL' })
  })

  test('a killed starter leaves nothing running', async () => {
    published()
    placeNode('26.10.0')
    const child = start(['--import', oldNode], ['stay'])
    await once(child.stdout as NodeJS.ReadableStream, 'data')
    child.kill('SIGKILL')
    // The grandchild holds the same output open: it closes when both are gone.
    expect(await said(child)).toMatchObject({ signal: 'SIGKILL' })
  })

  test.each(['none', '24.1.0'])('with %s beside it, one line says what to install', async (version) => {
    published()
    if (version !== 'none') placeNode(version)
    const { out, err, code } = await said(start(['--import', oldNode], ['exit', '0']))
    expect(out).toBe('')
    expect(err).toBe('Soloist needs Node 26, and this is v20.1.0. Next: npm install node@26\n')
    expect(code).toBe(69)
  })
})
