import type { Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import { ensureToken, removeDesk, writeDesk } from '../os/desk-file.ts'
import type { Os } from '../os/os.ts'
import { refuse } from '../values/fault.ts'
import { later, seconds } from '../values/time.ts'
import { api } from './app.ts'
import { isLoopback } from './guard.ts'

/** Where the desk listens when nobody says otherwise. */
export const usualPort = 4747

// Requests under way are answered. Whoever has sent half of one, and could go on for ever, keeps no company from closing.
const longestGoodbye = seconds(10)

export interface ServeOptions {
  /** Default: `127.0.0.1`; only an address of this machine itself is taken. */
  readonly host?: string
  /** Default: 4747; 0 takes any free one. */
  readonly port?: number
  readonly onBug?: (error: unknown) => void
}

/** A desk that listens. `close` ends open streams, takes back `.soloist/desk.json` and frees the port. */
export interface Served {
  readonly url: string
  close(): Promise<void>
}

/** Serves the API of an open company on this machine. Faults: `api.public-address`, `api.port-taken`, `store.unwritable`. */
export async function serve(
  os: Os,
  { host = '127.0.0.1', port = usualPort, onBug }: ServeOptions = {},
): Promise<Served> {
  if (!isLoopback(host)) refuse('api.public-address', { host })
  const stopping = new AbortController()
  const token = await ensureToken(os.folder)
  const app = api(os, { token, stopping: stopping.signal, ...(onBug ? { onBug } : {}) })
  const server = createAdaptorServer({ fetch: app.fetch }) as Server
  await listen(server, host, port)
  const url = addressOf(server)
  await writeDesk(os.folder, { url, pid: process.pid })
  return {
    url,
    async close() {
      stopping.abort()
      await removeDesk(os.folder)
      const { promise, resolve } = Promise.withResolvers<void>()
      server.close(() => resolve())
      server.closeIdleConnections()
      const cut = os.clock.wake(later(os.clock.now(), longestGoodbye), () => server.closeAllConnections())
      await promise
      cut()
    },
  }
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen(port, host, resolve)
  try {
    await promise
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'EADDRINUSE' || code === 'EACCES') refuse('api.port-taken', { port, other: port + 1 })
    throw error
  }
}

function addressOf(server: Server): string {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('a listening server has an address')
  return `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`
}
