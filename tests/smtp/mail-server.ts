import { readFileSync } from 'node:fs'
import { onTestFinished } from 'vitest'
import { startProcess } from './process.ts'

/** A mail server that is not ours, in a process of its own, and its log: one entry for each mail that it took over. */
export interface MailServer {
  readonly port: number
  /** Resolves when it has taken over so many mails since it started. */
  tookOver(count: number): Promise<void>
  /** Resolves when it has read so many; at least the last of these it has not taken over yet. */
  tookInHand(count: number): Promise<void>
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
  const seen = { 'in hand': 0, 'took over': 0 }
  const until = async (what: keyof typeof seen, count: number): Promise<void> => {
    while (seen[what] < count) seen[(await server.line()) as keyof typeof seen] += 1
  }
  return {
    port: Number(listensOn),
    tookOver: (count) => until('took over', count),
    tookInHand: (count) => until('in hand', count),
    kill: () => server.kill(),
  }
}

export function readLog(log: string): LogEntry[] {
  const lines = readFileSync(log, 'utf8').split('\n').slice(0, -1)
  return lines.map((line) => JSON.parse(line) as LogEntry)
}
