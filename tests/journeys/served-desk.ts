import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DemoCompany } from '../../scripts/demo/company.ts'

/** The desk of a company that `soloist start` serves, over its HTTP API. */
export interface ServedDesk {
  /** Refuses with all that the desk said when it is no success. */
  ask<T>(method: string, path: string, body?: unknown): Promise<T>
  /** Asks again whenever something happened in the company, until it is so. */
  until<T>(path: string, so: (answer: T) => boolean): Promise<T>
}

export function servedDesk({ folder }: DemoCompany): ServedDesk {
  const { url } = JSON.parse(readFileSync(join(folder, '.soloist/desk.json'), 'utf8')) as { url: string }
  const authorization = `Bearer ${readFileSync(join(folder, '.soloist/token'), 'utf8').trim()}`
  const ask = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const answer = await fetch(`${url}/api${path}`, {
      method,
      headers: { authorization, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`)
    return JSON.parse(text) as T
  }
  return {
    ask,
    async until<T>(path: string, so: (answer: T) => boolean) {
      const hearing = new AbortController()
      const events = await fetch(`${url}/api/events/stream`, { headers: { authorization }, signal: hearing.signal })
      try {
        for await (const _ of events.body ?? []) {
          const answer = await ask<T>('GET', path)
          if (so(answer)) return answer
        }
      } finally {
        hearing.abort()
      }
      throw new Error(`the desk went away while ${path} was waited for`)
    },
  }
}
