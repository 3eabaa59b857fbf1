import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A real HTTP server on loopback. `host` is what `allowPrivate` takes. */
export interface Web {
  readonly host: string
  readonly url: string
  readonly requests: string[]
  close(): Promise<void>
}

export async function openWeb(answer: RequestListener): Promise<Web> {
  const requests: string[] = []
  const server = createServer((request, response) => {
    requests.push(request.url ?? '')
    answer(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const close = async (): Promise<void> => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  return { host, url: `http://${host}`, requests, close }
}
