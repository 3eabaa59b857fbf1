import { hash } from 'node:crypto'
import { refuse } from '../../values/fault.ts'
import { contentHash } from '../../values/json.ts'
import { type Instant, instant } from '../../values/time.ts'
import type { Campaign, Issue } from '../ports/newsletters.ts'

/** What is put down at a provider that keeps the readers itself. */
export interface Draft {
  readonly subject: string
  /** HTML without the provider's own footer. */
  readonly html: string
}

/**
 * An issue as a provider is to send it. It is put down as HTML that the provider takes as it is, and compared with what lies there
 * before it goes out. Braces that providers read as their own placeholders (`{{ … }}`, `{% … %}`, `%%{…}%%`) are written as
 * entities: a reader sees the same, and no text of a source is filled in.
 */
export async function draftOf(issue: Issue): Promise<Draft> {
  const { renderIssue } = await import('./letter.ts')
  return {
    subject: issue.subject,
    html: renderIssue(issue)
      .body.replace(/\{(?=[{%#])|(?<=%%)\{/g, '&#123;')
      .trim(),
  }
}

/** A key as a provider can keep it, in lower-case letters and digits: the same for one key, always. */
export function markOf(key: string): string {
  return hash('sha256', key, 'hex').slice(0, 32)
}

/** The campaign that a draft at the provider is. */
export function campaignOf(id: string, input: Pick<Campaign, 'audience' | 'issue' | 'at'>): Campaign {
  const { audience, issue, at } = input
  return { id, audience, issue, at, contentHash: contentHash(issue) }
}

/** Refuses to send what is no longer what was approved. `found` names what differs; empty when nothing does. */
export function refuseChanged(adapter: string, campaign: Campaign, found: readonly string[]): void {
  if (found.length === 0) return
  refuse('newsletter.changed', { adapter, campaign: campaign.id, why: found.join(', ') })
}

/** The instant in a provider's answer, or another one when it says none. */
export function instantOf(text: string | null | undefined, otherwise: Instant): Instant {
  const at = Date.parse(text ?? '')
  return Number.isNaN(at) ? otherwise : instant(at)
}
