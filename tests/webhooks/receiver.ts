import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { secret } from './company.ts'

export interface Told {
  readonly id: string
  /** By this receiver's own reckoning, from the headers and the bytes. */
  readonly signed: boolean
  readonly at: number
  readonly message: { readonly type: string; readonly timestamp: string; readonly data: Record<string, unknown> }
}

/** A subscriber: a server on this machine that notes what it is told, and answers as the test says. */
export async function openReceiver() {
  const told: Told[] = []
  let answer: (response: ServerResponse, one: Told) => void = (response) => response.writeHead(204).end()
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks)
      const one = readTold(request.headers, body)
      told.push(one)
      answer(response, one)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    host: `127.0.0.1:${port}`,
    url: `http://127.0.0.1:${port}/told?token=hidden`,
    told,
    /** What happened, by those who count each id once: in the order in which they first heard of it. */
    seqs: () => [...new Map(told.map(({ id, message }) => [id, message.data.seq])).values()] as number[],
    answers(status: number, headers: Record<string, string> = {}) {
      answer = (response) => response.writeHead(status, headers).end()
    },
    answersBy(by: (response: ServerResponse, one: Told) => void) {
      answer = by
    },
  }
}

function readTold(headers: Readonly<Record<string, string | string[] | undefined>>, body: Buffer): Told {
  const [id, at] = [String(headers['webhook-id']), String(headers['webhook-timestamp'])]
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
  const mac = createHmac('sha256', key).update(`${id}.${at}.${body}`).digest('base64')
  return {
    id,
    at: Number(at),
    signed: headers['webhook-signature'] === `v1,${mac}`,
    message: JSON.parse(body.toString()),
  }
}
