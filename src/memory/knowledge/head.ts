import type { KnowledgeKind } from '../../store/memory-rows.ts'
import { type Fault, fault } from '../../values/fault.ts'
import { didYouMean } from '../../values/nearest.ts'

/** What the head of a file of knowledge says: what every kind has, and what its kind has besides. */
export type Head = {
  readonly title: string
  /** What it is good for, in a sentence. */
  readonly when: string | null
} & (
  | { readonly kind: 'playbook' }
  /** `scope`: what it holds for. */
  | { readonly kind: 'policy'; readonly scope: string }
  /** One sentence, of what is done always or never. */
  | { readonly kind: 'rule'; readonly must: 'always' | 'never'; readonly what: string }
  /** `variables` stand in the body as `{{name}}`. */
  | { readonly kind: 'template'; readonly variables: readonly string[] }
)

/** What is wrong with a file, where (lines count from 1), and what to write instead. */
export interface Wrong {
  readonly line: number
  readonly why: string
  /** The known name that was probably meant, as a sentence, or nothing. */
  readonly nearest?: string
  readonly write: string
}

/** A key of a head with what stands after it, as text or a list of texts, and its line in the file. */
export interface Entry {
  readonly key: string
  readonly line: number
  readonly value: string | readonly string[]
}

const kinds: readonly KnowledgeKind[] = ['template', 'rule', 'policy', 'playbook']

/** UTF-16 units of one text of a head: two long sentences. */
const longestText = 400
const mostVariables = 50
const common = ['kind', 'title', 'when']
const own: Readonly<Record<KnowledgeKind, readonly string[]>> = {
  template: ['variables'],
  rule: ['always', 'never'],
  policy: ['scope'],
  playbook: [],
}

/** A head out of its entries, in the order of the file; `body` is what follows it, from line `bodyLine` on. Pure. */
export function headOf(entries: readonly Entry[], body: string, bodyLine: number): Head | Wrong {
  const kind = kindIn(entries)
  if (isWrong(kind)) return kind
  const known = [...common, ...own[kind]]
  const odd = entries.find(({ key }) => !known.includes(key))
  if (odd) return unknownKey(odd, kind, known)
  const long = entries.map(wrongWithText).find((wrong) => wrong !== undefined)
  if (long) return long
  const title = textOf(entries, 'title')
  if (title === null) return { line: 1, why: 'its head has no title', write: 'Write a line like "title: House style"' }
  const when = textOf(entries, 'when')
  switch (kind) {
    case 'playbook':
      return { title, when, kind }
    case 'policy': {
      const scope = textOf(entries, 'scope')
      const write = 'Write what it holds for, like "scope: the newsletter"'
      return scope === null ? { line: 1, why: 'a policy needs a scope', write } : { title, when, kind, scope }
    }
    case 'rule': {
      const sentence = sentenceIn(entries)
      return isWrong(sentence) ? sentence : { title, when, kind, ...sentence }
    }
    case 'template': {
      const variables = variablesIn(entries, body, bodyLine)
      return isWrong(variables) ? variables : { title, when, kind, variables }
    }
    default:
      return kind satisfies never
  }
}

/** What is wrong with the file at a path, as a fault. */
export function wrongFault(path: string, { line, why, nearest = '', write }: Wrong): Fault {
  return fault('knowledge.invalid', { path, line, why, nearest, write })
}

export function isWrong(value: object | string): value is Wrong {
  return typeof value === 'object' && 'write' in value
}

function kindIn(entries: readonly Entry[]): KnowledgeKind | Wrong {
  const entry = entries.find(({ key }) => key === 'kind')
  const write = `Write one of: ${kinds.map((kind) => `"kind: ${kind}"`).join(', ')}; or "kind: document" for none of them`
  if (!entry) return { line: 1, why: 'its head says no kind', write }
  const kind = kinds.find((known) => known === entry.value)
  if (kind) return kind
  const said = String(entry.value).slice(0, 40)
  return { line: entry.line, why: `"${said}" is no kind of knowledge`, nearest: didYouMean(said, kinds), write }
}

function unknownKey({ key, line }: Entry, kind: KnowledgeKind, known: readonly string[]): Wrong {
  const shown = key.slice(0, 40)
  const other = kinds.find((one) => own[one].includes(key))
  const write = `A ${kind} has: ${known.join(', ')}`
  if (other) return { line, why: `a ${kind} has no "${shown}": that is of a ${other}`, write }
  return { line, why: `it has a key "${shown}" that means nothing`, nearest: didYouMean(shown, known), write }
}

function wrongWithText({ key, line, value }: Entry): Wrong | undefined {
  if (key === 'variables') return undefined
  const write = `Write one line of text, at most ${longestText} characters`
  if (typeof value !== 'string') return { line, why: `"${key}" is a list`, write }
  if (value.trim() === '') return { line, why: `"${key}" is empty`, write }
  if (value.trim().length > longestText) return { line, why: `"${key}" has ${value.trim().length} characters`, write }
  return control.test(value.trim()) ? { line, why: `"${key}" has characters that nobody sees`, write } : undefined
}

function textOf(entries: readonly Entry[], key: string): string | null {
  const value = entries.find((entry) => entry.key === key)?.value
  return typeof value === 'string' ? value.trim() : null
}

function sentenceIn(entries: readonly Entry[]): { must: 'always' | 'never'; what: string } | Wrong {
  const write = 'Write one sentence: "always: …" or "never: …"'
  const [first, second] = entries.filter(({ key }) => key === 'always' || key === 'never')
  if (!first) return { line: 1, why: 'a rule says what is done always, or never', write }
  if (second) return { line: second.line, why: 'a rule is one sentence, and this is another', write }
  const what = String(first.value).trim()
  // A full stop and a capital after it: two sentences, whatever the language.
  if (/[.!?]\s+\p{Lu}/u.test(what)) return { line: first.line, why: 'a rule is one sentence, and this is more', write }
  return { must: first.key === 'always' ? 'always' : 'never', what }
}

function variablesIn(entries: readonly Entry[], body: string, bodyLine: number): readonly string[] | Wrong {
  const entry = entries.find(({ key }) => key === 'variables')
  const declared = entry === undefined ? [] : typeof entry.value === 'string' ? [entry.value] : entry.value
  const line = entry?.line ?? 1
  const odd = declared.find((name) => !nameForm.test(name))
  if (odd !== undefined)
    return {
      line,
      why: `"${odd.slice(0, 40)}" is no name of a variable`,
      write: 'Write "variables: [name, amountDue]"',
    }
  if (declared.length > mostVariables)
    return { line, why: `it has ${declared.length} variables`, write: `Write at most ${mostVariables}` }
  const used = usedIn(body)
  const missing = used.find(({ name }) => !declared.includes(name))
  if (missing) {
    const why = `{{${missing.name.slice(0, 40)}}} is not one of its variables`
    const nearest = didYouMean(missing.name, declared)
    const write = `Write it into the head: "variables: [${[...declared, missing.name].join(', ')}]"`
    return { line: bodyLine + missing.line, why, nearest, write }
  }
  const idle = declared.find((name) => !used.some((one) => one.name === name))
  if (idle === undefined) return [...new Set(declared)]
  return { line, why: `the variable "${idle}" stands nowhere in the body`, write: `Write {{${idle}}}, or leave it out` }
}

/** What stands in double braces, and on which line of the body, from 0. */
function usedIn(body: string): { name: string; line: number }[] {
  return body
    .split('\n')
    .flatMap((text, line) =>
      [...text.matchAll(/\{\{([^{}]*)\}\}/g)].map((found) => ({ name: (found[1] ?? '').trim(), line })),
    )
}

const nameForm = /^[a-z][a-zA-Z0-9_]{0,39}$/
const control = /\p{Cc}/u
