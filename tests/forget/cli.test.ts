import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { soloist } from '../../src/cli/soloist.ts'
import type { World } from '../../src/cli/world.ts'
import type { Forgetting } from '../../src/os/forget/forget.ts'
import { newCompany, openIn, person } from './company.ts'
import type { Opened } from './open.ts'

/** Types a command in the folder of a company, which it opens and closes. */
async function type(folder: string, answer: string, ...argv: readonly string[]) {
  const out: string[] = []
  const err: string[] = []
  const asked: string[] = []
  const world = {
    argv,
    cwd: folder,
    version: '0.0.0',
    timeZone: 'UTC',
    out: (line: string) => out.push(line),
    err: (line: string) => err.push(line),
    readSecret: async (question: string) => {
      asked.push(question)
      return answer
    },
    open: async () => (await openIn(folder)).os,
  } as unknown as World
  const code = await soloist(world)
  return { code, out: out.join('\n'), err: err.join('\n'), asked }
}

async function companyWithOne(): Promise<{ ana: Opened; folder: string; id: string }> {
  const ana = await newCompany()
  const id = await person(ana, 'Ana Rosa', 'rosa@example.org')
  await ana.os.store.write((tx) =>
    ana.parts.kernel.identities.pointers.seen(tx, {
      identity: id,
      adapter: 'drive',
      externalId: 'd1',
      title: 'Her file',
      url: 'https://drive.example.org/d1',
      contentHash: null,
      origin: 'external',
    }),
  )
  await ana.os.close()
  writeFileSync(join(ana.folder, 'soloist.config.ts'), '')
  return { ana, folder: ana.folder, id }
}

test('forgetting is asked about first, and anything but the word leaves all as it was', async () => {
  const { folder, id } = await companyWithOne()
  const dry = await type(folder, '', 'identity', 'forget', 'rosa@example.org', '--dry-run')
  expect(dry).toMatchObject({ code: 0, asked: [] })
  expect(dry.out).toContain(`${id}: 1 handles, 1 pointers, 3 events.`)
  expect(dry.out).toMatch(
    /To be cleared there by hand\n {2}ADAPTER {2}TITLE {5}WHERE\n {2}drive {4}Her file {2}https:\/\/drive/,
  )
  expect(dry.out).toContain('Nothing was done. Next: the same without --dry-run')

  const no = await type(folder, 'yes', 'identity', 'forget', 'rosa@example.org')
  expect(no.code).toBe(2)
  expect(no.asked).toEqual(['Nothing can bring it back. Type "forget" to go on: '])
  expect(no.err).toMatch(/\nNothing was done\.$/)
  expect(no.err).not.toContain('without --dry-run')

  const yes = await type(folder, 'forget', 'identity', 'forget', 'rosa@example.org')
  expect(yes.code).toBe(0)
  expect(yes.out).toContain(`Forgotten: ${id}. The journal still verifies.\noutbox removed 0.`)
  expect(yes.out).toContain('Her file')
  expect((await type(folder, '', 'identity', 'show', id)).out).not.toContain('Rosa')
  const gone = await type(folder, '', 'identity', 'forget', 'rosa@example.org', '--yes')
  expect(gone).toMatchObject({ code: 4, err: expect.stringContaining('Nobody is known as rosa@example.org') })
})

test('in --json, and with --yes, it is done without a question', async () => {
  const { folder, id } = await companyWithOne()
  const file = join(folder, 'rosa')
  expect((await type(folder, '', 'identity', 'export', 'rosa@example.org', 'rosa')).out).toBe(
    `Written: ${file}.md to read, ${file}.json for machines (3 events).\nNext: give them to that person and delete both: forgetting does not reach them.`,
  )
  expect(readFileSync(`${file}.md`, 'utf8')).toContain('# What Ana Writes holds on Ana Rosa')
  const { out, asked } = await type(folder, '', 'identity', 'forget', id, '--yes', '--json')
  const said = JSON.parse(out) as Forgetting
  expect(asked).toEqual([])
  expect(said).toMatchObject({ dryRun: false, identities: [id], mentions: null, finished: { clean: true } })
  expect(existsSync(join(folder, '.soloist/forgotten.jsonl'))).toBe(true)
})
