import { hash } from 'node:crypto'
import { createRequire } from 'node:module'
import { domainToUnicode } from 'node:url'
import type { LikenessKind } from '../store/memory-rows.ts'
import { formatHandle, type Handle, parseHandle } from './normalise.ts'

/** One thing by which an identity may be found to be another one too. */
export interface Likeness {
  readonly kind: LikenessKind
  /** Of what is compared; the text itself is kept where it belongs. */
  readonly hash: string
  /** What is compared exactly, where the hash is of what only looks so: two that differ here look alike and are two. */
  readonly exactly: string
  /** As it is shown: `ana@example.org`. */
  readonly shown: string
}

/** What an identity is compared by. */
export interface Compared {
  readonly name: string | null
  readonly handles: readonly Handle[]
  /** Its facts that are phone numbers. */
  readonly phones: readonly string[]
}

/** All likenesses of one identity. */
export function likenessesOf({ name, handles, phones }: Compared): Likeness[] {
  const numbers = phones.flatMap((phone) => {
    const parsed = parseHandle(`phone:${phone}`)
    return parsed.ok ? [parsed.value] : []
  })
  const all = [...handles, ...numbers].flatMap((handle) => ofHandle(handle, name))
  return [...new Map(all.map((one) => [`${one.kind} ${one.hash} ${one.shown}`, one])).values()]
}

/** Whether two that have a likeness in common only look alike. */
export function onlyLooksAlike(one: Likeness, other: Likeness): boolean {
  return one.exactly !== other.exactly
}

function ofHandle(handle: Handle, name: string | null): Likeness[] {
  const { system, value } = handle
  const shown = formatHandle(handle)
  if (system === 'phone') return [likeness('phone', value, value, value)]
  if (system === 'domain') return [likeness('domain', skeleton(domainToUnicode(value)), value, shown)]
  if (system === 'email') return [ofMailbox(value), ...ofName(value, name)]
  return ownKinds.has(system) || !isTelling(value) ? [] : [likeness('elsewhere', value, value, shown)]
}

const ownKinds = new Set(['audience', 'person', 'organisation', 'project', 'product', 'company'])
// "42" is an id in every system; this long and with a digit, it is the same thing in two.
const isTelling = (value: string): boolean => value.length >= 6 && /\d/.test(value)

// Mail to all of these is the same mailbox: dots and tags after a plus are for its owner.
const dotless = new Set(['gmail.com', 'googlemail.com'])

function ofMailbox(address: string): Likeness {
  const at = address.lastIndexOf('@')
  const domain = address.slice(at + 1)
  const [local = ''] = address.slice(0, at).split('+')
  const exactly = dotless.has(domain) ? `${local.replaceAll('.', '')}@gmail.com` : `${local}@${domain}`
  const looks =
    exactly.slice(0, exactly.lastIndexOf('@') + 1) + domainToUnicode(exactly.slice(exactly.lastIndexOf('@') + 1))
  return likeness('mailbox', skeleton(looks), exactly, address)
}

function ofName(address: string, name: string | null): Likeness[] {
  if (name === null || name.includes('@')) return []
  const words = (
    name
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? []
  ).toSorted()
  // One word is a first name, of which any company has several.
  if (words.length < 2) return []
  const compared = `${words.join(' ')}@${address.slice(address.lastIndexOf('@') + 1)}`
  return [likeness('name', compared, compared, address)]
}

function likeness(kind: LikenessKind, compared: string, exactly: string, shown: string): Likeness {
  // 128 bits: nobody makes two that collide by chance, and it is half as long in the index.
  return { kind, hash: hash('sha256', `${kind}\n${compared}`).slice(0, 32), exactly, shown }
}

interface Confusables {
  /** Each character as the one that it is taken for (Unicode's UTS 39). */
  rectifyConfusion(text: string): string
}

const require = createRequire(import.meta.url)
let loaded: Confusables | undefined

/** What a text looks like: two texts of one skeleton are easily taken for each other. */
function skeleton(text: string): string {
  // Its table has 6 000 characters, which an idle company need not hold; the package has no types of its own.
  loaded ??= require('unicode-confusables') as Confusables
  return loaded.rectifyConfusion(text.normalize('NFD')).normalize('NFD').toLowerCase()
}
