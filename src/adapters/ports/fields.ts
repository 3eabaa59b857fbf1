import { z } from 'zod'
import type { Schema } from '../../values/schema.ts'
import type { Instant } from '../../values/time.ts'

/** An instant in a port: whole milliseconds since 1970 UTC. */
export const moment = z.int().min(0) as unknown as Schema<Instant>

// Refinements, no patterns: a pattern goes into the JSON Schema, where readers disagree about the flag u and \p{…}.

/**
 * One line of text, at most 998 characters (RFC 5322, 2.1.1): no line break, no other control character, so that nothing
 * that is put into a header can begin another one.
 */
export const line = z
  .string()
  .max(998)
  .refine((text) => /^[^\p{Cc}\u2028\u2029]*$/u.test(text), 'must be one line without control characters')

/** An email address: one `@`, no white space, nothing that separates addresses. At most 254 characters (RFC 5321, 4.5.3.1). */
export const address = z
  .string()
  .max(254)
  .refine((text) => /^[^\s@<>()[\]\\,;:"\p{Cc}]+@[^\s@<>()[\]\\,;:"\p{Cc}]+$/u.test(text), 'must be an email address')

/** A web address: http or https. At most 2048 characters. */
export const webAddress = z
  .string()
  .max(2048)
  .refine((text) => /^https?:\/\/[^\s<>"\p{Cc}]+$/iu.test(text), 'must be an http or https address')
