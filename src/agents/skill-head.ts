/** What the head of a SKILL.md says, as far as it is ours; any other key is left as it is. */
export interface SkillHead {
  readonly name: string
  readonly description: string
  readonly uses: readonly string[]
}

/** A SKILL.md taken apart. */
export interface SkillText extends SkillHead {
  readonly head: string
  readonly instructions: string
}

/** Why a text is no skill, and what to write. */
export interface NoSkill {
  readonly why: string
  readonly write: string
}

/** The form of a name, as the public format has it: `house-offers`. */
export const skillName = /^(?=.{1,64}$)[a-z0-9]+(-[a-z0-9]+)*$/

// UTF-16 units: what the public format allows a description, and more head than anybody writes by hand.
const longestDescription = 1024
const longestHead = 8000
const mostUses = 100

/**
 * Reads a SKILL.md: a YAML head between two lines `---`, then Markdown. Of the head `name`, `description` and `allowed-tools` are read, as
 * plain texts: no alias is followed and no tag obeyed. Never throws, whatever the text.
 */
export async function readSkillText(text: string): Promise<SkillText | NoSkill> {
  const [, head = '', instructions = ''] = parts.exec(text) ?? []
  if (head === '') return { why: 'it does not begin with a head', write: headForm }
  if (head.length > longestHead)
    return { why: 'its head is too long', write: `A head has ${longestHead} characters at most` }
  const read = await headIn(head)
  if ('why' in read) return read
  if (instructions.trim() === '') return { why: 'it has no instructions', write: 'Write them below its head' }
  return { ...read, head, instructions: instructions.trim() }
}

const parts = /^---[ \t]*\n([\s\S]*?)\n---[ \t]*(?:\n([\s\S]*))?$/
const headForm = 'Begin it with "---", "name: …", "description: …", "---", each on a line of its own'

/** The parser is 10 MB in memory, and is loaded by a company that has skills. */
async function headIn(head: string): Promise<SkillHead | NoSkill> {
  const { isMap, isScalar, isSeq, parseDocument } = await import('yaml')
  // `failsafe`: every value is a text, whatever it looks like.
  const read = parseDocument(head, { schema: 'failsafe', stringKeys: true, prettyErrors: false, logLevel: 'silent' })
  const [error] = read.errors
  if (error) return { why: `its head cannot be read: ${error.message.split('\n')[0]?.slice(0, 200)}`, write: headForm }
  if (!isMap(read.contents)) return { why: 'its head has no keys', write: headForm }
  const values = new Map(read.contents.items.map(({ key, value }) => [isScalar(key) ? String(key.value) : '', value]))
  const textOf = (key: string): string | undefined => {
    const value = values.get(key)
    return isScalar(value)
      ? String(value.value ?? '')
          .replace(/\s+/g, ' ')
          .trim()
      : undefined
  }
  const listed = values.get('allowed-tools')
  const uses = isSeq(listed)
    ? listed.items.map((item) => (isScalar(item) ? String(item.value) : ''))
    : listed === undefined
      ? []
      : textOf('allowed-tools')?.split(/[\s,]+/)
  return headOf(textOf('name') ?? '', textOf('description') ?? '', uses)
}

function headOf(name: string, description: string, uses: readonly string[] | undefined): SkillHead | NoSkill {
  if (!skillName.test(name))
    return {
      why: 'it has no name that fits',
      write: 'Write "name: …" with small letters, digits and single hyphens, as its folder is called',
    }
  if (description === '' || description.length > longestDescription)
    return {
      why: `its description has ${description.length} characters`,
      write: `Write "description: …", what it is good for and when, in 1 to ${longestDescription} characters`,
    }
  const write = 'Write "allowed-tools: documents.read mail.send", or leave it out where it uses none'
  if (uses === undefined) return { why: 'its allowed-tools are neither a text nor a list', write }
  const named = [...new Set(uses.filter((one) => one !== ''))]
  return named.length > mostUses
    ? { why: `it declares ${named.length} actions`, write }
    : { name, description, uses: named }
}
