import fc from 'fast-check'
import { expect, test } from 'vitest'
import { skillOf } from '../../src/agents/skill.ts'
import { readSkillText } from '../../src/agents/skill-head.ts'
import { undeclaredIn } from '../../src/agents/skill-tools.ts'

test('opening a skill never adds anything: whatever is opened, what may be used only becomes less', () => {
  const action = fc.constantFrom('a.do', 'b.do', 'c.do')
  const skill = fc
    .uniqueArray(action)
    .map(
      (uses) =>
        skillOf({ kind: 'skill', name: 's', description: 'd', uses, head: '', instructions: 'i', files: [] }).body,
    )
  fc.assert(
    fc.property(fc.array(skill), skill, action, (before, more, asked) => {
      const may = (open: typeof before): boolean => undeclaredIn(open, asked) === undefined
      expect(may([])).toBe(true)
      if (may([...before, more])) expect(may(before) && more.uses.includes(asked)).toBe(true)
    }),
  )
})

test('whatever a SKILL.md holds, it is a skill or there is a reason why not', async () => {
  const line = fc.oneof(
    fc.constantFrom(
      '---',
      'name: a-b',
      'description: d',
      'allowed-tools: [a, b]',
      'allowed-tools: {a: b}',
      'name: &x y',
      'metadata: *x',
    ),
    fc.string({ unit: 'binary' }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 12 }), async (lines) => {
      const read = await readSkillText(lines.join('\n'))
      if ('why' in read) expect([read.why, read.write].every((text) => text.length > 0)).toBe(true)
      else expect(read).toMatchObject({ name: 'a-b', description: 'd' })
    }),
  )
})

const body = '\n# How\nDo it.\n'
test('of a head what is ours is read, as the public format has it, and the rest is left as it is', async () => {
  const head = `name: pdf-forms
description: >
  Fills forms,
  and checks them.
license: Apache-2.0
metadata:
  author: somebody
  version: "1.0"
allowed-tools: documents.read  mail.send, documents.read`
  expect(await readSkillText(`---\n${head}\n---\n${body}`)).toEqual({
    name: 'pdf-forms',
    description: 'Fills forms, and checks them.',
    uses: ['documents.read', 'mail.send'],
    head,
    instructions: '# How\nDo it.',
  })
  const listed = await readSkillText(`---\nname: a\ndescription: d\nallowed-tools: [mail.send]\n---\n${body}`)
  expect(listed).toMatchObject({ uses: ['mail.send'] })
})

test.each([
  ['no head', '# How', 'does not begin with a head'],
  ['an open head', '---\nname: a\ndescription: d\n', 'does not begin with a head'],
  ['no YAML', '---\nname: [a\n---\nDo it.', 'cannot be read'],
  ['a list', '---\n- name\n---\nDo it.', 'no keys'],
  ['no name', '---\ndescription: d\n---\nDo it.', 'no name that fits'],
  ['a loud name', '---\nname: Forms\ndescription: d\n---\nDo it.', 'no name that fits'],
  ['a long name', `---\nname: ${'a'.repeat(65)}\ndescription: d\n---\nDo it.`, 'no name that fits'],
  ['no description', '---\nname: a\n---\nDo it.', '0 characters'],
  ['a long description', `---\nname: a\ndescription: ${'d'.repeat(1025)}\n---\nDo it.`, '1025 characters'],
  ['an alias', '---\nname: a\nmore: &x d\ndescription: *x\n---\nDo it.', '0 characters'],
  ['odd tools', '---\nname: a\ndescription: d\nallowed-tools: { a: b }\n---\nDo it.', 'neither a text nor a list'],
  [
    'many tools',
    `---\nname: a\ndescription: d\nallowed-tools: ${Array.from({ length: 101 }, (_, at) => `a.b${at}`).join(' ')}\n---\nDo it.`,
    '101 actions',
  ],
  ['no instructions', '---\nname: a\ndescription: d\n---\n \n', 'no instructions'],
  ['a head without end', `---\nname: a\ndescription: d\nmore: ${'x'.repeat(9000)}\n---\nDo it.`, 'too long'],
])('%s is no skill', async (_what, text, why) => {
  expect(await readSkillText(text)).toMatchObject({ why: expect.stringContaining(why) })
})
