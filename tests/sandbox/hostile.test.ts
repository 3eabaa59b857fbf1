import { execFile } from 'node:child_process'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { attacks, sampled } from './attacks.ts'
import { alone, besiege, type Siege } from './siege.ts'

// All of them, one walls after the other, as each user: two minutes. Otherwise a third for each.
const isProof = process.env.PROOF === '1'
const patience = isProof ? 180_000 : 60_000

function demandHeld({ ended, got, left, p99 }: Siege, count: number): void {
  expect(ended.filter(({ isExpected }) => !isExpected)).toEqual([])
  expect(ended).toHaveLength(count)
  expect({ got, left }).toEqual({ got: [], left: [] })
  // Only where nothing else runs does it say anything of the sandbox.
  if (isProof) expect(p99).toBeLessThan(50)
  process.stdout.write(`${count} hostile agents; the keeper's event loop: p99 ${p99.toFixed(1)} ms\n`)
}

test('they are at least forty, each with a name of its own', () => {
  expect(new Set(attacks.map(({ name }) => name)).size).toBe(attacks.length)
  expect(attacks.length).toBeGreaterThanOrEqual(40)
})

test(
  'hostile agents get nothing past all walls, leave nothing behind, and each ends with a clear fault',
  async () => {
    const chosen = isProof ? attacks : sampled(0)
    demandHeld(await besiege(chosen), chosen.length)
  },
  patience,
)

test(
  'nor do they get anything past the permission model alone, with all of Node in their hands',
  async () => {
    const chosen = isProof ? attacks : sampled(1)
    demandHeld(await besiege(chosen, alone), chosen.length)
  },
  patience,
)

// Most companies do not run as root: then the user's own walls are others.
const isRoot = process.getuid?.() === 0
const nobody = 65_534
test.runIf(isRoot && isReadable()).each(isProof ? ['all', 'alone'] : ['all'])(
  'a company that does not run as root holds them as well (walls: %s)',
  { timeout: patience },
  async (walls) => {
    const from = isProof ? 'all' : '2'
    const siege = await asNobody([walls, from])
    expect(siege.user).toBe(nobody)
    demandHeld(siege, (isProof ? attacks : sampled(2)).length)
  },
)

/** Whether another user can read this checkout at all. */
function isReadable(): boolean {
  const folders = import.meta.dirname.split('/').map((_part, at, parts) => parts.slice(0, at + 1).join('/') || '/')
  return folders.every((folder) => canOthers(folder))
}

function canOthers(path: string): boolean {
  return (statSync(path).mode & 0o005) === 0o005
}

function asNobody(args: readonly string[]): Promise<Siege & { user: number }> {
  const script = join(import.meta.dirname, 'siege-process.ts')
  const options = { uid: nobody, gid: nobody, env: { PATH: '/usr/bin:/bin' }, cwd: '/', timeout: patience }
  return new Promise((resolve, reject) => {
    execFile(process.execPath, ['--no-warnings', script, ...args], options, (error, out) => {
      if (error) reject(error)
      else resolve(JSON.parse(out))
    })
  })
}
