import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { decide } from '../../src/executor/decide.ts'
import { undoRun } from '../../src/executor/undo.ts'
import { openChores } from '../../src/os/chores.ts'
import type { Company } from '../../src/os/commands.ts'
import { probe } from '../../src/os/probe.ts'
import { tracesUrl } from '../../src/os/watch/endpoint.ts'
import { requirePackages } from '../../src/os/watch/packages.ts'
import { openWatch } from '../../src/os/watch/watch.ts'
import { hours, minutes, seconds } from '../../src/values/time.ts'
import { tempFolder } from '../store/open-store.ts'
import { openOffice, usualAnswers } from './office.ts'
import { receiver } from './receiver.ts'

test('a process that takes the work over goes on with the same trace, and closes the spans that another began', async () => {
  const collector = await receiver()
  const office = await openOffice({ otlp: { url: collector.url } })
  await office.run('answer', { letter: 'Hello.' })
  await office.clock.advance(minutes(30))
  await office.worker.idle()
  await office.watch.close()
  const before = collector.spans()
  expect(before.map((span) => span.name)).not.toContain('invoke_workflow answer')
  const next = openWatch(office.kernel, office.config, {})!
  const [gate] = await office.gates()
  await office.clock.advance(hours(1))
  await decide(office.kernel, gate!.id, { verdict: 'approved' })
  await office.worker.idle()
  await next.close()
  const spans = collector.spans()
  expect(new Set(spans.map((span) => span.traceId)).size).toBe(1)
  const [root] = spans.filter((span) => !span.parentSpanId)
  expect(before.filter((span) => span.parentSpanId === root?.spanId).length).toBeGreaterThan(0)
  expect(spans.find((span) => span.name === 'gate look')?.parentSpanId).toBe(root?.spanId)
})

test('an attempt whose process died is a span from its claim on', async () => {
  const collector = await receiver()
  const office = await openOffice({ otlp: { url: collector.url } }, {}, usualAnswers.slice(1))
  const { kernel, clock } = office
  await office.start('answer', { letter: 'Hello.' })
  await kernel.store.write((tx) => kernel.queue.claim(tx, { owner: 'dead', max: 1, lease: seconds(30) }))
  await clock.advance(minutes(2))
  await office.worker.idle()
  await office.watch.flush()
  const lost = collector.spans().find((span) => span.attributes['soloist.task.outcome'] === 'lost')
  expect(lost).toMatchObject({ name: 'task draft', status: { code: 2 }, attributes: { 'error.type': 'task.lost' } })
  expect(Number(BigInt(lost!.endTimeUnixNano) - BigInt(lost!.startTimeUnixNano)) / 1e6).toBe(minutes(2))
})

test('a run that is undone after its end is a span below its root, not a second root', async () => {
  const collector = await receiver()
  const office = await openOffice({ otlp: { url: collector.url } }, {}, usualAnswers.slice(1))
  const run = await office.run('answer', { letter: 'Hello.' })
  const [gate] = await office.gates()
  await decide(office.kernel, gate!.id, { verdict: 'approved' })
  await office.worker.idle()
  await office.clock.advance(hours(3))
  await undoRun(office.kernel, run)
  await office.worker.idle()
  for (const open of await office.gates()) await decide(office.kernel, open.id, { verdict: 'approved' })
  await office.worker.idle()
  await office.watch.flush()
  expect(await office.stateOf(run)).toBe('undone')
  const roots = collector.spans().filter((span) => !span.parentSpanId)
  expect(roots.map((span) => span.name)).toEqual(['invoke_workflow answer'])
  expect(collector.spans().find((span) => span.name === 'undo answer')).toMatchObject({
    parentSpanId: roots[0]?.spanId,
    attributes: { 'soloist.run.outcome': 'undone' },
  })
})

test('a collector that is away or refuses changes nothing for the work, and is told as a fault', async () => {
  const collector = await receiver()
  const office = await openOffice({ otlp: { url: collector.url } }, {}, usualAnswers.slice(1))
  collector.status = 400
  const run = await office.run('answer', { letter: 'Hello.' })
  await office.watch.flush()
  expect(await office.stateOf(run)).toBe('held')
  expect(office.watch.trouble()).toMatchObject({
    code: 'telemetry.unreachable',
    about: { url: `${collector.url}/v1/traces` },
  })
  collector.status = 200
  const [gate] = await office.gates()
  await decide(office.kernel, gate!.id, { verdict: 'rejected', reason: 'No' })
  await office.worker.idle()
  await office.watch.flush()
  expect(office.watch.trouble()).toBeUndefined()
})

test('when too many events wait, some are passed over and counted, and the doctor hears of it', async () => {
  const collector = await receiver()
  const office = await openOffice({ otlp: { url: collector.url } }, {}, usualAnswers.slice(1))
  const { kernel, adapters, clock } = office
  const watch = openWatch(kernel, office.config, {}, 1)!
  const run = await office.run('answer', { letter: 'Hello.' })
  expect(await office.stateOf(run)).toBe('held')
  expect(watch.dropped()).toBeGreaterThan(0)
  const checks = await probe({ adapters, kernel, watch, chores: openChores([], clock) } as Company)
  expect(checks.find(({ what }) => what === 'telemetry')?.fault?.code).toBe('telemetry.dropped')
  await watch.close()
})

test('headers are secrets of the vault; one that is not set is told', async () => {
  const collector = await receiver()
  const otlp = { url: collector.url, headers: { authorization: 'otlp.token' } }
  const office = await openOffice({ otlp }, {}, usualAnswers.slice(1))
  await office.run('answer', { letter: 'Hello.' })
  await office.watch.flush()
  expect(office.watch.trouble()).toMatchObject({ code: 'secret.missing', about: { name: 'otlp.token' } })
  const { kernel } = office
  await kernel.store.write((tx) => kernel.vault.setSecret(tx, 'otlp.token', 'Bearer swordfish'))
  const next = openWatch(kernel, office.config, {})!
  expect(next.endpoint().headers).toEqual({ authorization: 'Bearer swordfish' })
  await office.run('answer', { letter: 'Hello.' })
  await next.close()
  expect(collector.headers.some((headers) => headers.authorization === 'Bearer swordfish')).toBe(true)
})

test('the url of the config comes before that of the environment, and that before this machine', () => {
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/' }
  expect(tracesUrl({ otlp: { url: 'http://mine:1/base/' } }, env)).toBe('http://mine:1/base/v1/traces')
  expect(tracesUrl({ otlp: {} }, env)).toBe('http://collector:4318/v1/traces')
  const signal = { ...env, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://traces:1/x' }
  expect(tracesUrl({ otlp: {} }, signal)).toBe('http://traces:1/x')
  expect(tracesUrl({ otlp: {} }, {})).toBe('http://localhost:4318/v1/traces')
})

test('packages that are not there are named, with the line that installs them', () => {
  const find = (name: string): string => {
    if (name.startsWith('@opentelemetry/exporter')) throw Object.assign(new Error('no'), { code: 'MODULE_NOT_FOUND' })
    return name
  }
  expect(() => requirePackages(find)).toThrow(
    expect.objectContaining({
      fault: expect.objectContaining({
        code: 'telemetry.not-installed',
        message: expect.stringContaining(
          '@opentelemetry/exporter-trace-otlp-http, @opentelemetry/exporter-metrics-otlp-http',
        ),
        next: expect.stringContaining('npm install @opentelemetry/sdk-trace-base@2.12.0 '),
      }),
    }),
  )
})

// Whole processes: what is loaded, and what the environment says, belongs to a process.
const played = (telemetry: string, env: Record<string, string>) => {
  const home = tempFolder()
  mkdirSync(join(home, 'company'))
  const program = join(import.meta.dirname, 'company-process.ts')
  const ownName = join(import.meta.dirname, '../../bin/own-name.js')
  const child = spawnSync(process.execPath, ['--import', ownName, program, join(home, 'company'), telemetry], {
    env: { ...process.env, ...env },
    encoding: 'utf8',
  })
  expect(child.stderr).toBe('')
  return JSON.parse(child.stdout) as { state: string; loaded: string[] }
}

test('without telemetry in the config nothing of it is loaded; with it, it is', () => {
  expect(played('null', {})).toEqual({ state: 'done', loaded: [] })
  const dead = played('{"otlp":{}}', {
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
    OTEL_EXPORTER_OTLP_TIMEOUT: '200',
  })
  expect(dead.state).toBe('done')
  expect(dead.loaded).toContain('@opentelemetry/sdk-trace-base')
})
