import { randomBytes } from 'node:crypto'
import { existsSync, rmSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { resolve } from 'node:path'
import { groupOf } from '../../identity/group.ts'
import { fileFault } from '../../store/file-fault.ts'
import type { Row } from '../../store/tables.ts'
import { refuse } from '../../values/fault.ts'
import type { IdentityId } from '../../values/id.ts'
import { isoInstant } from '../../values/time.ts'
import { publish } from '../archive/publish.ts'
import type { Company } from '../commands.ts'
import { type Section, sectionsOf } from './sections.ts'

/** Where it was written, and how many events it holds. */
export interface Portrayed {
  readonly json: string
  readonly markdown: string
  readonly events: number
}

/**
 * Writes all that is held on someone, under all the records that are theirs, for that person to have: one file for machines, one to
 * read. Neither may be there; both get their names once they are whole. Secrets are masked; of other people there is nothing but ids.
 * Memory is bounded, however much there is. Faults: `vault.forgotten`, `archive.occupied`, `store.full`, `store.unwritable`.
 */
export async function portray(company: Company, who: IdentityId, path: string): Promise<Portrayed> {
  const stem = resolve(company.places.folder, path).replace(/\.(json|md)$/, '')
  const [json, markdown] = [`${stem}.json`, `${stem}.md`]
  for (const taken of [json, markdown]) if (existsSync(taken)) refuse('archive.occupied', { folder: taken })
  const rows = await recordsOf(company, await groupOf(company.kernel.store.read, who))
  const drafts = [json, markdown].map((name) => `${name}.${randomBytes(4).toString('hex')}.partial`) as [string, string]
  try {
    const events = await write(company, rows, drafts)
    publish(drafts[0], json)
    publish(drafts[1], markdown)
    return { json, markdown, events }
  } catch (error) {
    throw fileFault(error, stem)
  } finally {
    for (const draft of drafts) rmSync(draft, { force: true })
  }
}

async function recordsOf({ kernel }: Company, ids: readonly IdentityId[]): Promise<Row<'identities'>[]> {
  const found = await Promise.all(ids.map((id) => kernel.identities.get(id)))
  const rows = found.filter((row) => row !== undefined)
  if (rows.every((row) => row.name === null)) refuse('vault.forgotten', { identity: ids[0] ?? '' })
  return rows
}

/** Both drafts in one walk; gives how many events there were. */
async function write(
  company: Company,
  rows: readonly Row<'identities'>[],
  [jsonDraft, markdownDraft]: readonly [string, string],
): Promise<number> {
  const { kernel, config } = company
  const files: FileHandle[] = []
  try {
    for (const draft of [jsonDraft, markdownDraft]) files.push(await open(draft, 'wx', 0o600))
    const [json, markdown] = files as [FileHandle, FileHandle]
    const madeAt = isoInstant(kernel.clock.now())
    const mask = kernel.vault
    const records = await Promise.all(rows.map((row) => recordOf(company, row)))
    await json.write(
      `{\n"format": "soloist identity 1",\n"madeAt": "${madeAt}",\n"company": ${mask.maskJson(config.name)},\n"records": ${mask.maskJson(records)}`,
    )
    const names = records.map(({ id, name, handles }) => `- ${name} (${id}): ${handles.join(', ') || 'no handles'}\n`)
    await markdown.write(
      mask.mask(
        `# What ${config.name} holds on ${rows[0]?.name}\n\nMade at ${madeAt}.\n\n## Records\n\n${names.join('')}`,
      ),
    )
    let events = 0
    for (const section of sectionsOf(kernel)) {
      const count = await writeSection(company, section, rows, { json, markdown })
      if (section.name === 'events') events = count
    }
    await json.write('\n}\n')
    for (const file of files) await file.datasync()
    return events
  } finally {
    for (const file of files) await file.close()
  }
}

async function recordOf({ kernel }: Company, { id, kind, name, made_at }: Row<'identities'>) {
  const handles = (await kernel.identities.handles.of(id)).map(({ system, value }) => `${system}:${value}`)
  return { id, kind, name, madeAt: isoInstant(made_at), handles }
}

interface Files {
  readonly json: FileHandle
  readonly markdown: FileHandle
}

async function writeSection(
  { kernel: { vault } }: Company,
  section: Section,
  rows: readonly Row<'identities'>[],
  { json, markdown }: Files,
): Promise<number> {
  let count = 0
  await json.write(`,\n"${section.name}": [`)
  await markdown.write(`\n## ${section.title}\n\n`)
  for (const { id } of rows) {
    for await (const { data, line } of section.items(id)) {
      await json.write(`${count === 0 ? '' : ','}\n${vault.maskJson({ record: id, ...data })}`)
      if (line !== null) await markdown.write(`- ${vault.mask(line).replace(/\r?\n/g, '\n  ')}\n`)
      count += 1
    }
  }
  await json.write(']')
  if (count === 0) await markdown.write('Nothing.\n')
  else if (section.name === 'events') await markdown.write(`${count}, all of them in the file beside this one.\n`)
  return count
}
