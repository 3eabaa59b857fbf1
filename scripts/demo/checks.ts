import { globSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ParsedMail, simpleParser } from 'mailparser'

/** What is wrong with the letters in an outbox; nothing when each of these readers, and nobody else, got one that cites its sources. */
export async function wrongLetters(folder: string, readers: readonly string[]): Promise<string[]> {
  const outbox = join(folder, 'outbox')
  const letters = await Promise.all(readdirSync(outbox).map((name) => simpleParser(readFileSync(join(outbox, name)))))
  const got = letters.map(recipient).sort()
  const known = linksIn(folder)
  return [
    ...(got.join() === [...readers].sort().join() ? [] : [`letters went to ${got.join(', ')}`]),
    ...letters.flatMap((letter) => wrongLinks(letter, known)),
  ]
}

function recipient(letter: ParsedMail): string {
  const to = Array.isArray(letter.to) ? letter.to[0] : letter.to
  return to?.value[0]?.address ?? 'nobody'
}

function wrongLinks(letter: ParsedMail, known: ReadonlySet<string>): string[] {
  const links = (letter.text ?? '').match(/https?:\/\/[^\s)]+/g) ?? []
  if (links.length < 3) return [`the letter to ${recipient(letter)} cites ${links.length} sources`]
  return links.filter((link) => !known.has(link)).map((link) => `${link} is in no feed and no document of the company`)
}

/** All links of the company's feeds and documents. */
function linksIn(folder: string): ReadonlySet<string> {
  const files = globSync(['feeds/*.xml', 'knowledge/library/*.md'], { cwd: folder })
  const texts = files.map((file) => readFileSync(join(folder, file), 'utf8'))
  return new Set(texts.flatMap((text) => text.match(/https?:\/\/[^\s"<]+/g) ?? []))
}
