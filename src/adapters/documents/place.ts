import { refuse } from '../../values/fault.ts'
import { inside } from '../inside.ts'

/** Where a document's path leads. Fault `document.outside`: it leaves the folder, is hidden, or is neither Markdown nor text. */
export async function placeOf(root: string, path: string): Promise<string> {
  const full = isDocument(path) ? await inside(root, path) : undefined
  return full ?? refuse('document.outside', { path })
}

/** True for the files that are documents: Markdown and plain text. */
export function isDocument(name: string): boolean {
  return /\.(md|markdown|txt)$/i.test(name)
}
