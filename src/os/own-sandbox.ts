import type { LazySandbox, Sandbox } from '../executor/sandbox/sandbox.ts'
import { systemClock } from '../store/clock.ts'

/**
 * The company's sandbox: not loaded, and with no process, until some code is first run. By the machine's clock: a process takes the time
 * that it takes, also where the company lives in another. Kept by the company that closes it. `places`: as many jobs at once.
 */
export function ownSandbox(places?: number): LazySandbox {
  let opened: Promise<Sandbox> | undefined
  const open = async (): Promise<Sandbox> => {
    const { openSandbox } = await import('../executor/sandbox/open-sandbox.ts')
    return openSandbox({ clock: systemClock(), ...(places === undefined ? {} : { places }) })
  }
  const get = (): Promise<Sandbox> => {
    opened ??= open()
    return opened
  }
  return Object.assign(get, { close: async () => (await opened)?.close() })
}
