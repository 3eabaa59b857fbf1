import { createHash, timingSafeEqual } from 'node:crypto'
import type { MiddlewareHandler } from 'hono'
import { refuse } from '../values/fault.ts'

const loopback: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]'])

/** True for a host (as it stands in a URL, without its port) that only this machine reaches. */
export function isLoopback(host: string): boolean {
  return loopback.has(host) || host === '::1'
}

/**
 * Lets in only who asks for this desk by its own name, from its own pages: a page elsewhere that points its name at this machine
 * (DNS rebinding) names another host, and a page that posts here has another origin. Fault: `api.forbidden-origin`.
 */
export function ownAddressOnly(publicUrl: string | null): MiddlewareHandler {
  const own = publicUrl === null ? undefined : new URL(publicUrl)
  return async (context, next) => {
    const host = context.req.header('host') ?? ''
    if (!isLoopback(hostname(`http://${host}`)) && host !== own?.host) refuse('api.forbidden-origin', { origin: host })
    const origin = context.req.header('origin')
    if (origin !== undefined && origin !== own?.origin && origin !== `http://${host}`) {
      refuse('api.forbidden-origin', { origin })
    }
    await next()
  }
}

/** Asks for the Bearer token; compares in constant time. Fault: `api.unauthorized`. */
export function tokenOnly(token: string): MiddlewareHandler {
  const expected = digest(token)
  return async (context, next) => {
    const [, given] = /^Bearer (\S+)$/i.exec(context.req.header('authorization') ?? '') ?? []
    if (given === undefined || !timingSafeEqual(digest(given), expected)) refuse('api.unauthorized', {})
    await next()
  }
}

function hostname(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : ''
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
