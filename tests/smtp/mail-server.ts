import { readFileSync } from 'node:fs'
import { onTestFinished } from 'vitest'
import { startProcess } from './process.ts'

/** A mail server that is not ours, in a process of its own, and its log: one entry for each mail that it took over. */
export interface MailServer {
  readonly port: number
  /** Resolves when it has taken over so many mails since it started. */
  tookOver(count: number): Promise<void>
  kill(): Promise<void>
}

export interface LogEntry {
  readonly to: string
  readonly id: string
}

/** Starts npm's smtp-server with its log in this file, on this port or any; it ends with the test at the latest. */
export async function startMailServer(log: string, port = 0): Promise<MailServer> {
  const server = startProcess('server-process.ts', [log, String(port)])
  onTestFinished(() => server.kill())
  const [, listensOn] = (await server.line()).split(' ')
  let taken = 0
  return {
    port: Number(listensOn),
    async tookOver(count) {
      while (taken < count) {
        await server.line()
        taken += 1
      }
    },
    kill: () => server.kill(),
  }
}

export function readLog(log: string): LogEntry[] {
  const lines = readFileSync(log, 'utf8').split('\n').slice(0, -1)
  return lines.map((line) => JSON.parse(line) as LogEntry)
}
