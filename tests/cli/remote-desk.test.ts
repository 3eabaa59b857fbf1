import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runningDesk } from '../../src/cli/desk.ts'
import { isThere, openRemoteDesk } from '../../src/cli/remote-desk.ts'
import { Refusal } from '../../src/values/fault.ts'
import { openWeb } from '../adapters/web-server.ts'

// Port 9 (discard) is one that nothing here listens on.
const nobody = 'http://127.0.0.1:9'

test('a desk that went away in the middle is named, with what to do', async () => {
  expect(await isThere(nobody, 'token')).toBe(false)
  const error = await openRemoteDesk(nobody, 'token')
    .call('company.mode', {})
    .catch((caught: unknown) => caught)
  expect(error instanceof Refusal && error.fault).toMatchObject({ code: 'desk.unreachable', retry: 'later' })
})

test('who listens where a desk was before a crash, and says that it is one, is not given the token', async () => {
  const asked: (string | undefined)[] = []
  const impostor = await openWeb((request, response) => {
    asked.push(request.headers.authorization)
    response.end(JSON.stringify({ ok: true, soloist: 'Ana Writes', proof: 'trust me' }))
  })
  const folder = await mkdtemp(join(tmpdir(), 'soloist-impostor-'))
  try {
    await mkdir(join(folder, '.soloist'))
    await writeFile(join(folder, '.soloist', 'desk.json'), JSON.stringify({ url: impostor.url, pid: 1 }))
    await writeFile(join(folder, '.soloist', 'token'), 'secret')
    expect(await runningDesk(folder)).toBeUndefined()
    expect(asked).toEqual([undefined])
  } finally {
    await impostor.close()
    await rm(folder, { recursive: true })
  }
})
