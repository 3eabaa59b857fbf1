import type { Opened } from '../adapters/artifact.ts'

/** UTF-16 units of HTML that are read: its text is a tenth of that, and a tree of it takes some 50 MB. */
const mostHtml = 500_000

/** The text of an artifact for a reader, or `undefined` when it is none: a picture, an archive. Never throws, whatever is in it. */
export async function textOfArtifact({ bytes, type }: Opened): Promise<string | undefined> {
  const media = type.split(';')[0]?.trim().toLowerCase() ?? ''
  if (media === 'message/rfc822') return mailText(bytes)
  if (media === 'text/html' || media === 'application/xhtml+xml') {
    // The parser of HTML is 20 MB in memory: it is loaded by who opens a page.
    const { plain } = await import('../adapters/plain.ts')
    return plain(decoded(bytes, type).slice(0, mostHtml))
  }
  const isText = /^text\/|[/+](json|xml|yaml)$/.test(media) || media === ''
  return isText ? decoded(bytes, type).replaceAll('\0', '\ufffd') : undefined
}

async function mailText(bytes: Uint8Array): Promise<string> {
  const { simpleParser } = await import('mailparser')
  const mail = await simpleParser(Buffer.from(bytes), { skipImageLinks: true, skipHtmlToText: false })
  const to = [mail.to ?? []].flat().map(({ text }) => text)
  const head = [
    ...(mail.from ? [`From: ${mail.from.text}`] : []),
    ...(to.length > 0 ? [`To: ${to.join(', ')}`] : []),
    ...(mail.date ? [`Date: ${mail.date.toISOString()}`] : []),
    ...(mail.subject ? [`Subject: ${mail.subject}`] : []),
  ]
  return `${head.join('\n')}\n\n${mail.text ?? ''}`.trim()
}

// What an unknown encoding says is read as UTF-8: most of it is.
function decoded(bytes: Uint8Array, type: string): string {
  const label = /charset=["']?([\w-]+)/i.exec(type)?.[1] ?? 'utf-8'
  try {
    return new TextDecoder(label).decode(bytes)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return new TextDecoder().decode(bytes)
  }
}
