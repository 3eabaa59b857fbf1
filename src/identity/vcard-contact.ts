import { type ContactRow, maxRowHandles, type RefusedRow } from './contact-row.ts'
import { maxFactLength } from './fact.ts'
import { type Handle, parseHandle } from './normalise.ts'
import { shown, wrongWithName } from './text.ts'

/** One property of a card: name, parameters, type, and its values. */
interface Property {
  readonly name: string
  readonly values: readonly string[]
}

/**
 * A parsed card (jCard, RFC 7095) as a contact, or why it is none: one without a name is called by its address, and one without an
 * address, a phone or a UID could not be found again.
 */
export function cardContact(card: unknown, line: number): ContactRow | RefusedRow {
  const properties = propertiesOf(card)
  const all = (name: string): string[] =>
    properties.filter((one) => one.name === name).flatMap(({ values }) => values.map((value) => value.trim()))
  const kind = (all('kind')[0] ?? '').toLowerCase()
  if (kind === 'group') return { line, why: 'it is a list of contacts, not one' }
  const emails = all('email').filter((text) => text !== '')
  const phones = all('tel').filter((text) => text !== '')
  if (emails.length + phones.length > maxRowHandles) {
    return { line, why: `it has ${emails.length + phones.length} addresses and phones; the most is ${maxRowHandles}` }
  }
  const handles: Handle[] = []
  for (const email of emails) {
    const parsed = parseHandle(`email:${email.replace(/^mailto:/i, '')}`)
    if (!parsed.ok) return { line, why: `"${shown(email)}" is no address: ${parsed.why}` }
    handles.push(parsed.value)
  }
  for (const text of [...phones.map((phone) => `phone:${phone.replace(/^tel:/i, '')}`), ...all('uid').map(uidHandle)]) {
    // A phone without its country code is a fact and no handle; so is a UID that is none.
    const parsed = parseHandle(text)
    if (parsed.ok) handles.push(parsed.value)
  }
  const [first] = handles
  if (!first) return { line, why: 'it has no address, phone or UID by which it could be found again' }
  const name = (nameIn(properties) || emails[0] || phones[0] || first.value).normalize('NFC')
  const wrong = wrongWithName(name)
  if (wrong !== undefined) return { line, why: `the name "${shown(name)}" cannot be kept: ${wrong}` }
  const facts = factsOf(properties, phones)
  if ('why' in facts) return { line, why: facts.why }
  const email = handles.find((handle) => handle.system === 'email')?.value
  return {
    ...{ line, name, facts, email, status: 'active' as const },
    handles: [...new Map(handles.map((handle) => [`${handle.system} ${handle.value}`, handle])).values()],
    kind: kind === 'org' ? 'organisation' : 'person',
  }
}

function propertiesOf(card: unknown): Property[] {
  const list: unknown = Array.isArray(card) ? card[1] : undefined
  if (!Array.isArray(list)) return []
  return list.flatMap((property: unknown) => {
    if (!Array.isArray(property)) return []
    const [name, , , ...values] = property as unknown[]
    return typeof name === 'string' ? [{ name: name.toLowerCase(), values: values.map(textOf) }] : []
  })
}

/** A structured value is read as its parts, in order. */
function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).filter(Boolean).join(', ')
  return typeof value === 'string' ? value.replace(/\\([;,\\])/g, '$1') : String(value ?? '')
}

function nameIn(properties: readonly Property[]): string {
  const said = (name: string): string =>
    properties
      .find((one) => one.name === name)
      ?.values.join(' ')
      .trim() ?? ''
  // N is family, given, additional, prefix, suffix; FN is how people are called, and 4.0 demands it.
  const [family = '', given = ''] = said('n').split(', ')
  return said('fn') || `${given} ${family}`.trim() || said('nickname') || said('org')
}

const uidHandle = (uid: string): string => `vcard:${uid.replace(/^urn:uuid:/i, '')}`

/** What becomes a fact, under which key. Only what people read: a card may say much else. */
const keys: Readonly<Record<string, string>> = {
  org: 'organisation',
  title: 'title',
  role: 'role',
  bday: 'birthday',
  url: 'url',
  note: 'note',
  adr: 'address',
  lang: 'language',
  categories: 'categories',
}

function factsOf(
  properties: readonly Property[],
  phones: readonly string[],
): ReadonlyMap<string, string> | { readonly why: string } {
  const facts = new Map<string, string>()
  const [phone, mobile] = phones.map((text) => text.replace(/^tel:/i, ''))
  if (phone) facts.set('phone', phone)
  if (mobile) facts.set('mobile', mobile)
  for (const { name, values } of properties) {
    const key = Object.hasOwn(keys, name) ? keys[name] : undefined
    const value = values.join(', ').trim()
    // The first of several counts, as the preferred one comes first in the books that we know.
    if (key === undefined || value === '' || facts.has(key)) continue
    if (JSON.stringify(value).length > maxFactLength)
      return { why: `"${key}" is longer than ${maxFactLength} characters` }
    facts.set(key, value)
  }
  return facts
}
