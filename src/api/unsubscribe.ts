import { Hono } from 'hono'
import { html } from 'hono/html'
import type { Os } from '../os/os.ts'

/**
 * The one-click leave of RFC 8058: a mail program posts without asking, a person who follows the link gets a small page with one
 * button (a link that is only looked at must not unsubscribe anyone). The token in the address is all that is needed.
 */
export function unsubscribePages(os: Os): Hono {
  const app = new Hono()
  app.use(async (context, next) => {
    await next()
    context.header('content-security-policy', "default-src 'none'; form-action 'self'; style-src 'unsafe-inline'")
    context.header('referrer-policy', 'no-referrer')
  })
  app.get('/:token', (context) =>
    context.html(
      page('Unsubscribe', html`<p>Leave this list?</p><form method="post"><button>Unsubscribe</button></form>`),
    ),
  )
  app.post('/:token', async (context) => {
    const { audience } = await os.unsubscribe(context.req.param('token'))
    return context.html(page('Unsubscribed', html`<p>You have left ${audience}. Nothing more will be sent.</p>`))
  })
  return app
}

function page(title: string, body: ReturnType<typeof html>): ReturnType<typeof html> {
  return html`<!doctype html><html lang="en"><meta charset="utf-8" /><meta name="viewport" content="width=device-width" />
<title>${title}</title><style>body{font:1.1rem system-ui;max-width:30rem;margin:15vh auto;padding:0 1rem}button{font:inherit;padding:.5rem 1rem}</style>
<h1>${title}</h1>${body}</html>`
}
