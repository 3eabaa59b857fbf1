import { expect, test } from 'vitest'
import { isThere, openRemoteDesk } from '../../src/cli/remote-desk.ts'
import { Refusal } from '../../src/values/fault.ts'

// Port 9 (discard) is one that nothing here listens on.
const nobody = 'http://127.0.0.1:9'

test('a desk that went away in the middle is named, with what to do', async () => {
  expect(await isThere(nobody)).toBe(false)
  const error = await openRemoteDesk(nobody, 'token')
    .call('company.mode', {})
    .catch((caught: unknown) => caught)
  expect(error instanceof Refusal && error.fault).toMatchObject({ code: 'desk.unreachable', retry: 'later' })
})
