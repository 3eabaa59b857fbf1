import type { Mode } from '../../os/os.ts'
import { plain } from './table.ts'

/** What the whole company may do now, in a line. */
export function modeLine({ mode, why }: Mode): string {
  return why === null ? `The company is ${mode}.` : `The company is ${mode}: ${plain(why)}`
}
