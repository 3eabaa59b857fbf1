import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Shell } from './shell.ts'

let shell: Shell
beforeEach(async () => {
  shell = await Shell.make()
  await mkdir(join(shell.folder, 'agents'))
})
afterEach(() => shell.remove())

test('while the desk runs it is the one that is asked: --fix mends, says what, and the exit code tells', async () => {
  const running = await shell.start()
  const token = join(shell.folder, '.soloist/token')
  await chmod(token, 0o644)
  const ill = await shell.type('doctor')
  expect([ill.code, ill.out.split('\n').at(-1)]).toEqual([1, 'Not all is well.'])
  expect(ill.out).toMatch(
    /^wrong file mode: doctor\.open-mode: .*token can be read by others.*\n {6}Next: 'soloist doctor --fix'/m,
  )
  const mended = JSON.parse((await shell.type('doctor', '--fix', '--json')).out)
  expect(mended.mended.join()).toContain('token can be read by you alone now')
  expect(mended.checks.map(({ fault }: { fault: { code: string } | null }) => fault?.code)).not.toContain(
    'doctor.open-mode',
  )
  await running.end()
})

test('while nothing runs, a config that cannot be read is one of the findings', async () => {
  await writeFile(join(shell.folder, 'soloist.config.ts'), 'export default {')
  const said = await shell.type('doctor', '--json')
  expect(said.code).toBe(1)
  const { well, checks } = JSON.parse(said.out)
  expect(well).toBe(false)
  expect(checks[0]).toMatchObject({ what: 'config', level: 'wrong', fault: { code: 'config.broken' } })
  expect(checks.length).toBeGreaterThan(4)
})
