import { z } from 'zod'
import { type Operation, operation } from '../operation.ts'
import {
  diffKnowledge,
  diffProposal,
  knowledgeHistory,
  listKnowledge,
  listProposals,
  showKnowledge,
} from '../queries/knowledge.ts'
import { at, faultView, idField, origin, pageOf, paging, reason, runId, taskId } from './fields.ts'

const proposalId = idField('prp', 'a proposal')
const path = z.string().min(1).max(200).meta({ description: 'Within knowledge/, with slashes' })
const kind = z.enum(['template', 'rule', 'policy', 'playbook'])
const version = z.string().min(1).max(64).meta({ description: 'Its number, or the first digits of its hash' })
const state = z.enum(['open', 'accepted', 'refused'])

const line = z.object({ path, kind, title: z.string(), when: z.string().nullable(), hash: z.string(), origin })
const wrong = z.array(z.object({ path: z.string(), fault: faultView }))
const list = z.object({ items: z.array(line), wrong })
const text = { title: z.string(), when: z.string().nullable() }
const head = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('playbook'), ...text }),
  z.object({ kind: z.literal('policy'), ...text, scope: z.string() }),
  z.object({ kind: z.literal('rule'), ...text, must: z.enum(['always', 'never']), what: z.string() }),
  z.object({ kind: z.literal('template'), ...text, variables: z.array(z.string()) }),
])
const difference = z.object({
  part: z.string(),
  before: z.string().nullable(),
  after: z.string().nullable(),
  lines: z.array(z.object({ sign: z.enum([' ', '-', '+']), text: z.string() })).optional(),
})
const differences = z.object({ differences: z.array(difference) })
const decided = z.object({ proposal: proposalId, state })

const reading: readonly Operation[] = [
  operation({
    name: 'knowledge.list',
    kind: 'query',
    does: 'Lists the templates, rules, policies and playbooks that are in force, and what is wrong in their folder.',
    http: { method: 'get', path: '/knowledge' },
    input: z.object({ kind: kind.optional() }),
    output: list,
    example: { kind: 'rule' },
    run: (os, input) => listKnowledge(os, input.kind),
  }),
  operation({
    name: 'knowledge.show',
    kind: 'query',
    does: 'Shows a file of knowledge as it is in force, or one of its versions.',
    http: { method: 'get', path: '/knowledge/file' },
    input: z.object({ path, version: version.optional() }),
    output: line.extend({
      version: z.int(),
      inForce: z.boolean(),
      head,
      text: z.string(),
      fault: faultView.nullable(),
    }),
    example: { path: 'rules.md' },
    run: (os, input) => showKnowledge(os, input.path, input.version),
  }),
  operation({
    name: 'knowledge.history',
    kind: 'query',
    does: 'Lists the versions of a file of knowledge, the newest first.',
    http: { method: 'get', path: '/knowledge/history' },
    input: z.object({ path }),
    output: z.object({
      items: z.array(z.object({ version: z.int(), hash: z.string(), publishedAt: at, inForce: z.boolean() })),
    }),
    example: { path: 'rules.md' },
    run: async (os, input) => ({ items: await knowledgeHistory(os, input.path) }),
  }),
  operation({
    name: 'knowledge.diff',
    kind: 'query',
    does: 'Says what differs between two versions of a file of knowledge.',
    http: { method: 'get', path: '/knowledge/diff' },
    input: z.object({ path, from: version, to: version }),
    output: differences,
    example: { path: 'rules.md', from: '1', to: '2' },
    run: async (os, { path: of, from, to }) => ({ differences: asTexts(await diffKnowledge(os, of, from, to)) }),
  }),
]

const proposing: readonly Operation[] = [
  operation({
    name: 'knowledge.proposals',
    kind: 'query',
    does: 'Lists proposals of knowledge, the newest first.',
    http: { method: 'get', path: '/knowledge/proposals' },
    input: z.object({ state: state.default('open'), ...paging }),
    output: pageOf(
      z.object({
        ...{ id: proposalId, path, state, madeAt: at, origin, run: runId.nullable(), task: taskId.nullable() },
        why: z.string().nullable().meta({ description: 'null when it was learned of someone who is forgotten' }),
        fits: z.boolean().meta({ description: 'False when the file has changed since' }),
      }),
    ),
    example: { state: 'open' },
    run: listProposals,
  }),
  operation({
    name: 'knowledge.proposal',
    kind: 'query',
    does: 'Says what a proposal would change in the file as it is in force.',
    http: { method: 'get', path: '/knowledge/proposals/{proposal}' },
    input: z.object({ proposal: proposalId }),
    output: differences,
    example: { proposal: 'prp_0k3v9q2m7x' as never },
    run: async (os, { proposal }) => ({ differences: asTexts(await diffProposal(os, proposal)) }),
  }),
  operation({
    name: 'knowledge.propose',
    kind: 'command',
    does: 'Proposes a file of knowledge, new or changed; nothing is in force before the operator accepts it.',
    http: { method: 'post', path: '/knowledge/proposals' },
    input: z.object({ path, text: z.string().min(1).max(200_000), why: reason }),
    output: decided,
    example: {
      path: 'sources.md',
      text: '---\nkind: rule\ntitle: Sources\nalways: name the source of a number\n---\n',
      why: 'Asked for at three gates',
    },
    run: async (os, input) => ({
      proposal: await os.knowledge.propose({ ...input, origin: 'operator' }),
      state: 'open' as const,
    }),
  }),
  operation({
    name: 'knowledge.accept',
    kind: 'command',
    does: 'Accepts a proposal: its file is written, and is in force. The version before is kept.',
    http: { method: 'post', path: '/knowledge/proposals/{proposal}/accept' },
    input: z.object({ proposal: proposalId, why: reason.default('The operator said so') }),
    output: decided,
    example: { proposal: 'prp_0k3v9q2m7x' as never },
    async run(os, { proposal, why }) {
      await os.knowledge.accept(proposal, why)
      return { proposal, state: 'accepted' as const }
    },
  }),
  operation({
    name: 'knowledge.refuse',
    kind: 'command',
    does: 'Refuses a proposal.',
    http: { method: 'post', path: '/knowledge/proposals/{proposal}/refuse' },
    input: z.object({ proposal: proposalId, why: reason }),
    output: decided,
    example: { proposal: 'prp_0k3v9q2m7x' as never, why: 'It is true of one customer only' },
    async run(os, { proposal, why }) {
      await os.knowledge.refuse(proposal, why)
      return { proposal, state: 'refused' as const }
    },
  }),
]

/** Rules, templates, policies and playbooks, in versions. */
export const knowledgeOperations: readonly Operation[] = [
  ...reading,
  ...proposing,
  operation({
    name: 'knowledge.restore',
    kind: 'command',
    does: 'Puts a version of a file in force that was before.',
    http: { method: 'post', path: '/knowledge/restore' },
    input: z.object({
      ...{ path, version },
      discard: z
        .boolean()
        .default(false)
        .meta({ description: 'Also over a file that is no version, and is lost then' }),
    }),
    output: line,
    example: { path: 'rules.md', version: '1' },
    async run(os, { path: of, version: named, discard }) {
      await os.knowledge.restore(of, named, { discard })
      const {
        head: _head,
        text: _text,
        version: _number,
        inForce: _is,
        fault: _fault,
        ...now
      } = await showKnowledge(os, of)
      return now
    },
  }),
  operation({
    name: 'knowledge.check',
    kind: 'command',
    does: 'Reads the folder of knowledge again, and says what is wrong in it.',
    http: { method: 'post', path: '/knowledge/check' },
    input: z.object({}),
    output: list,
    example: {},
    run: (os) => listKnowledge(os),
  }),
]

type Told = Awaited<ReturnType<typeof diffProposal>>

/** Both sides of what differs are texts here. */
function asTexts(found: Told) {
  return found.map(({ before, after, ...rest }) => ({
    ...rest,
    before: typeof before === 'string' ? before : null,
    after: typeof after === 'string' ? after : null,
  }))
}
