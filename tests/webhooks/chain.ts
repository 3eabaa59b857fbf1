import type { Os } from '../../src/os/os.ts'
import { verifyChain } from '../../src/telemetry/verify.ts'

/** Where the journal's chain is broken, if it is. */
export async function brokenChain({ store, vault }: Os): Promise<number | undefined> {
  const verified = await verifyChain({ read: store.read, chainKey: vault.chainKey, anchors: [] })
  return verified.ok ? undefined : verified.seq
}
