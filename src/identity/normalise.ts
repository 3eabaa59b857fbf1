import { domainToASCII } from 'node:url'
import { refuse } from '../values/fault.ts'
import type { Parsed } from '../values/schema.ts'
import { hidesCharacters, shown } from './text.ts'

/** A name that an identity is known by in one system, in its one canonical form. */
export interface Handle {
  /** `email`, `domain`, `phone`, `audience`, `stripe` … */
  readonly system: string
  readonly value: string
}

/** RFC 5321 §4.5.3.1: octets of a local part, and of an address without its brackets. */
const maxLocalPart = 64
const maxAddress = 254
/** RFC 1035 §2.3.4, without the root's dot. */
const maxDomain = 253
/** Ids of other systems are shorter than this by far (Stripe: up to 255). */
const maxHandleValue = 255

/**
 * Text from outside to a handle: `ana@example.org`, `example.org`, `+420 777 123 456`, or `system:value`. Equal for people means equal here
 * (case, width, composed accents); letters that only look alike stay different, and a foreign-looking domain shows as
 * punycode. Never throws.
 */
export function parseHandle(text: string): Parsed<Handle> {
  if (text.length > maxRaw) return wrong(`it has ${text.length} characters`)
  const trimmed = text.trim()
  if (trimmed === '') return wrong('it is empty')
  if (hidesCharacters(trimmed)) return wrong('it contains invisible or control characters')
  const colon = trimmed.indexOf(':')
  if (colon >= 0) return systemHandle(trimmed.slice(0, colon).toLowerCase(), trimmed.slice(colon + 1))
  if (/[@＠﹫]/u.test(trimmed)) return email(trimmed)
  return /^\s*[+＋]/u.test(trimmed) ? phoneHandle(trimmed) : domainHandle(trimmed)
}

/** The same, with the fault `input.invalid`. */
export function toHandle(text: string): Handle {
  const parsed = parseHandle(text)
  if (!parsed.ok) refuse('input.invalid', { what: `The handle "${shown(text)}"`, why: parsed.why })
  return parsed.value
}

/** How a handle is written: an address and a domain as they are, all else as `system:value`. */
export function formatHandle(handle: Handle): string {
  return handle.system === 'email' || handle.system === 'domain' ? handle.value : `${handle.system}:${handle.value}`
}

// Longer than any handle could be after normalising: long text is refused before it costs anything.
const maxRaw = 1024
const systemName = /^[a-z][a-z0-9-]{0,39}$/
// Our own kinds are typed by people, so their case means nothing; the case of other systems' ids does.
const caseless = new Set(['audience', 'person', 'organisation', 'project', 'product', 'company'])
// RFC 5322 atext and dots, with letters of every script (RFC 6531). No quoted local parts: nobody types them but attackers.
const localPart = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+(\.[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u
const domainText = /^[\p{L}\p{M}\p{N}.-]+$/u
const asciiDomain = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+(?=[a-z0-9-]*[a-z])[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/

function systemHandle(system: string, value: string): Parsed<Handle> {
  if (!systemName.test(system)) return wrong(`"${shown(system)}" is not the name of a system`)
  if (system === 'email') return email(value)
  if (system === 'domain') return domainHandle(value)
  if (system === 'phone' || system === 'tel') return phoneHandle(value)
  const kept = caseless.has(system) ? folded(value) : value.normalize('NFC')
  if (kept === '') return wrong(`nothing follows "${system}:"`)
  if (kept.length > maxHandleValue)
    return wrong(`its value has ${kept.length} characters; the limit is ${maxHandleValue}`)
  if (/\s/u.test(kept)) return wrong('it contains white space')
  return { ok: true, value: { system, value: kept } }
}

function email(text: string): Parsed<Handle> {
  const address = folded(text.trim())
  const at = address.lastIndexOf('@')
  if (at < 0) return wrong('it has no @')
  const local = address.slice(0, at)
  if (!localPart.test(local)) return wrong('what stands before the @ is not a mailbox')
  if (Buffer.byteLength(local) > maxLocalPart) return wrong(`more than ${maxLocalPart} bytes stand before the @`)
  const domain = toDomain(address.slice(at + 1))
  if (domain === undefined) return wrong('what stands after the @ is not a domain')
  const value = `${local}@${domain}`
  if (Buffer.byteLength(value) > maxAddress) return wrong(`it has more than ${maxAddress} bytes`)
  return { ok: true, value: { system: 'email', value } }
}

function domainHandle(text: string): Parsed<Handle> {
  const domain = toDomain(folded(text.trim()))
  if (domain === undefined) return wrong('it is not an address, a domain or system:value')
  return { ok: true, value: { system: 'domain', value: domain } }
}

/** ITU-T E.164: a plus, the country code, 15 digits at most; shorter than 7 no country has. What separates digits means nothing. */
const e164 = /^\+[1-9]\d{6,14}$/

function phoneHandle(text: string): Parsed<Handle> {
  const digits = folded(text)
    .replace(/\(0\)/, '')
    .replace(/[\s\p{Pd}./()]/gu, '')
    .replace(/^00/, '+')
  if (e164.test(digits)) return { ok: true, value: { system: 'phone', value: digits } }
  if (/^\d+$/.test(digits)) return wrong('it has no country code; write it like +420 777 123 456')
  return wrong('it is no phone number')
}

function toDomain(text: string): string | undefined {
  // Checked before the conversion, which would decode %61 and read numbers as IPv4 addresses.
  if (!domainText.test(text)) return undefined
  const ascii = domainToASCII(text)
  return ascii.length <= maxDomain && asciiDomain.test(ascii) ? ascii : undefined
}

/** NFKC around lower-casing: either of them can undo what the other did. */
function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase().normalize('NFKC')
}

function wrong(why: string): { readonly ok: false; readonly why: string } {
  return { ok: false, why }
}
