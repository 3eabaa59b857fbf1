import { expect, test } from 'vitest'
import { retryRun } from '../../src/executor/retry.ts'
import { minutes } from '../../src/values/time.ts'
import { atMail } from './at-mail.ts'
import { approveLetter, everybody, inbox, letterCompany } from './letter-company.ts'
import { leave } from './subscribe.ts'

const readers = 20
const putOff = Object.assign(new Error('4.2.0 greylisted'), { responseCode: 450 })

test('a wrong password refuses nobody for good: mended, the letter goes to everybody', async () => {
  const password = 'new'
  const hook = atMail(0, () => undefined)
  const server = await inbox({
    disabledCommands: ['STARTTLS'],
    authOptional: false,
    allowInsecureAuth: true,
    onAuth: (auth, _session, done) =>
      auth.password === password ? done(null, { user: 'us' }) : done(new Error('no such password')),
    onData: hook.onData,
  })
  const company = await letterCompany(server.port, readers, { user: 'us' })
  const { store, vault } = company.kernel
  await store.write((tx) => vault.setSecret(tx, 'smtp-password', 'old'))
  const run = await approveLetter(company)
  await company.worker.idle()
  expect(await company.stateOf(run)).toBe('failed')
  expect(await company.fault(run)).toMatchObject({ code: 'adapter.refused', retry: 'never' })
  expect(JSON.stringify(await company.fault(run))).not.toContain('old')
  expect(hook.mails).toEqual([])
  await store.write((tx) => vault.setSecret(tx, 'smtp-password', 'new'))
  await retryRun(company.kernel, run)
  await company.worker.idle()
  expect(hook.mails.toSorted()).toEqual(everybody(readers))
  expect(await company.output(run)).toMatchObject({ delivered: readers, bounced: 0 })
})

test('a password that is not there is named, and once set the letter goes', async () => {
  const hook = atMail(0, () => undefined)
  const server = await inbox({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth: (_a, _s, done) => done(null, { user: 'us' }),
    onData: hook.onData,
  })
  const company = await letterCompany(server.port, 3, { user: 'us' })
  const run = await approveLetter(company)
  await company.worker.idle()
  expect(await company.fault(run)).toMatchObject({ code: 'secret.missing' })
  await company.kernel.store.write((tx) => company.kernel.vault.setSecret(tx, 'smtp-password', 'x'))
  await retryRun(company.kernel, run)
  await company.worker.idle()
  expect(hook.mails.toSorted()).toEqual(everybody(3))
})

test('a recipient who is put off holds up nobody else, and gets the letter later', async () => {
  let calls = 0
  const hook = atMail(0, () => undefined)
  const server = await inbox({
    onData: hook.onData,
    onRcptTo: ({ address }, _session, done) => {
      if (address !== 'reader0@example.org') return done()
      calls += 1
      return calls < 3 ? done(putOff) : done()
    },
  })
  const company = await letterCompany(server.port, readers)
  const run = await approveLetter(company)
  await company.worker.idle()
  expect(hook.mails.toSorted()).toEqual(everybody(readers).filter((to) => to !== 'reader0@example.org'))
  await company.clock.advance(minutes(1))
  await company.worker.idle()
  await company.clock.advance(minutes(1))
  await company.worker.idle()
  expect(hook.mails.toSorted()).toEqual(everybody(readers))
  expect(await company.output(run)).toMatchObject({ delivered: readers, bounced: 0, unknown: 0 })
})

test('a bad address is a bounce of its own, and everybody else gets the letter', async () => {
  const hook = atMail(0, () => undefined)
  const gone = Object.assign(new Error('5.1.1 no such user'), { responseCode: 550 })
  const server = await inbox({
    onData: hook.onData,
    onRcptTo: ({ address }, _session, done) => (address === 'reader7@example.org' ? done(gone) : done()),
  })
  const company = await letterCompany(server.port, readers)
  const run = await approveLetter(company)
  await company.worker.idle()
  expect(await company.output(run)).toMatchObject({ delivered: readers - 1, bounced: 1, unknown: 0 })
})

test('who is put off and leaves before the next try gets none, and is no bounce', async () => {
  const hook = atMail(0, () => undefined)
  const server = await inbox({
    onData: hook.onData,
    onRcptTo: ({ address }, _session, done) => (address === 'reader0@example.org' ? done(putOff) : done()),
  })
  const company = await letterCompany(server.port, readers)
  const run = await approveLetter(company)
  await company.worker.idle()
  await leave(company.kernel, 'reader0@example.org')
  await company.clock.advance(minutes(1))
  await company.worker.idle()
  expect(await company.output(run)).toMatchObject({ delivered: readers - 1, bounced: 0, unknown: 0 })
  const refused = (await company.events(run)).filter((event) => event.kind === 'effect.refused')
  expect(refused.map((event) => event.payload?.fault.code)).toEqual(['newsletter.left'])
})
