import type { Kernel } from '../../executor/kernel.ts'
import type { ArtifactText } from '../../executor/open-pointer.ts'
import type { Row } from '../../store/tables.ts'
import type { PointerId } from '../../values/id.ts'
import { checkPointers, openedPointer, pointerNamed } from './check.ts'

/** What the operator does with artifacts that live elsewhere. */
export interface PointerDesk {
  /** Looks at each and writes down what became of it. Fault: `vault.forgotten`. */
  check(pointers: readonly Row<'pointers'>[]): Promise<void>
  /** Faults: `input.unknown`, `pointer.gone`, `pointer.closed`, `fetch.*`, `input.too-large`, `adapter.*`. */
  open(pointer: PointerId): Promise<ArtifactText & Shown>
}

interface Shown {
  readonly pointer: PointerId
  readonly adapter: string
  readonly externalId: string
  readonly title: string | null
  readonly url: string | null
}

/** UTF-16 units that the operator is shown of one artifact: some 40 pages. */
const mostShown = 100_000

export function openPointerDesk(kernel: Kernel): PointerDesk {
  return {
    check: (pointers) => checkPointers(kernel, pointers),
    async open(id) {
      const row = await pointerNamed(kernel, id, 'anyone')
      const opened = await openedPointer(kernel, row, mostShown, new AbortController().signal)
      const { adapter, external_id: externalId, title, url } = row
      return { pointer: id, adapter, externalId, title, url, ...opened }
    },
  }
}
