import { type Duration, minutes } from '../../values/time.ts'

/** How a sender signs, as data. `secret` is a name in the vault. */
export type Signature =
  | { readonly scheme: 'standard'; readonly secret: string; readonly tolerance: Duration }
  | { readonly scheme: 'stripe'; readonly secret: string; readonly tolerance: Duration }
  | { readonly scheme: 'ghost'; readonly secret: string; readonly tolerance: Duration }
  | {
      readonly scheme: 'hmac'
      readonly secret: string
      readonly header: string
      readonly prefix: string
      readonly encoding: 'hex' | 'base64'
    }

/** The secret's name in the vault, and how far the sender's clock may be from ours. */
export interface TimedSignature {
  readonly secret: string
  /** Default: five minutes, as the schemes themselves advise. What is older may be a recording. */
  readonly tolerance?: Duration
}

const usualTolerance = minutes(5)

/**
 * Standard Webhooks: `webhook-id`, `webhook-timestamp`, `webhook-signature`; the secret is `whsec_` and base64.
 * Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md (1.0.0).
 */
export function standardSignature({ secret, tolerance = usualTolerance }: TimedSignature): Signature {
  return { scheme: 'standard', secret, tolerance }
}

/** Stripe: `stripe-signature: t=…,v1=…` over `t.body`. Source: https://docs.stripe.com/webhooks/signature. */
export function stripeSignature({ secret, tolerance = usualTolerance }: TimedSignature): Signature {
  return { scheme: 'stripe', secret, tolerance }
}

/**
 * Ghost: `x-ghost-signature: sha256=…, t=…` over the body followed by t, in milliseconds. Source: Ghost 5 and later,
 * ghost/core/core/server/services/webhooks/WebhookTrigger.js.
 */
export function ghostSignature({ secret, tolerance = usualTolerance }: TimedSignature): Signature {
  return { scheme: 'ghost', secret, tolerance }
}

/** HMAC-SHA256 of the body in a header, as GitHub, Shopify and many others sign. It says no time: a recording passes, once for each event. */
export function hmacSignature(given: {
  readonly secret: string
  /** `x-hub-signature-256` */
  readonly header: string
  /** `sha256=`; default: none. */
  readonly prefix?: string
  /** Default: `hex`. */
  readonly encoding?: 'hex' | 'base64'
}): Signature {
  const { secret, header, prefix = '', encoding = 'hex' } = given
  return { scheme: 'hmac', secret, header: header.toLowerCase(), prefix, encoding }
}
