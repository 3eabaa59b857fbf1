import { type Attack, refused } from './attack.ts'

const plain = (name: string, body: string, ...ends: string[]): Attack => ({
  name,
  code: `const run = async (input, world) => {\n${body}\n}`,
  ends,
  ...(ends.includes('sandbox.time') ? { isEndless: true as const } : {}),
})

/** By the file itself where Node is at hand; else by what the realm would write. */
const says = (name: string, line: string, ...ends: string[]): Attack =>
  refused(
    name,
    `const line = ${line}
    const own = await host(world).catch(() => undefined)
    if (own) own.getBuiltinModule('fs').writeSync(3, line + '\\n')
    else { JSON.parse(line); Object.prototype.toJSON = function () { return JSON.parse === undefined ? 0 : forged(line) }; await world.act('shop.look', {}) }
    await wait(() => {})
    function forged(text) { delete Object.prototype.toJSON; return JSON.parse(text) }`,
    ends.length === 0 ? ['sandbox.protocol'] : ends,
  )

/** Agents that want to be taken for somebody else on the channel, or to poison whoever reads it. */
export const channelAttacks: readonly Attack[] = [
  says(
    'forges the key of a step',
    `JSON.stringify({ kind: 'wish', id: 1, key: 'code/1/turn/1', wish: { what: 'act', action: 'shop.look', input: {} } })`,
  ),
  says(
    'forges the number of a wish',
    `JSON.stringify({ kind: 'wish', id: 7, wish: { what: 'act', action: 'shop.look', input: {} } })`,
  ),
  says('forges an answer', `JSON.stringify({ kind: 'answer', id: 1, value: 'mine' })`),
  says('forges a cost with its output', `JSON.stringify({ kind: 'done', output: {}, cost: 0, origin: 'operator' })`),
  says('begins twice', `JSON.stringify({ kind: 'ready' })`),
  says(
    'asks for what there is not',
    `JSON.stringify({ kind: 'wish', id: 1, wish: { what: 'secret', name: 'stripe.key' } })`,
  ),
  says(
    'names a prototype',
    `'{"kind":"done","output":{"__proto__":{"polluted":true}}}'`,
    'sandbox.protocol',
    'sandbox.failed',
  ),
  says(
    'names a prototype in other letters',
    `'{"kind":"done","output":{"\\\\u005f_proto__":{"polluted":true}}}'`,
    'sandbox.protocol',
    'sandbox.failed',
  ),
  says(
    'names a constructor where a form is due',
    `'{"kind":"wish","id":1,"wish":{"what":"constructor","prototype":{"polluted":true}}}'`,
  ),
  plain(
    'gives an object that writes itself otherwise',
    `return { toJSON() { return { toJSON: 1, get x() { throw new Error('got') } } } }`,
    'sandbox.failed',
  ),
  plain('throws as it is written', `return { get body() { throw new Error('got') } }`, 'sandbox.failed'),
  plain('turns round on itself', `const own = {}; own.own = own; return own`, 'sandbox.failed'),
  plain(
    'asks for an action that it was not given',
    `return world.act('shop.refund', { to: 'me' })`,
    'sandbox.forbidden',
  ),
  plain('asks a model that it was not given', `return world.model({ ask: 'Say it.' })`, 'sandbox.forbidden'),
  plain('asks for memory that it was not given', `return world.recall('passwords')`, 'sandbox.forbidden'),
  plain('asks for an action by the name of a prototype', `return world.act('__proto__', {})`, 'sandbox.forbidden'),
  plain(
    'changes what promises do',
    `Promise.prototype.then = function () { for (;;); }; return world.act('shop.refund', {})`,
    'sandbox.cpu',
    'sandbox.time',
    'sandbox.forbidden',
  ),
  plain(
    'changes what maps and texts do',
    `Map.prototype.set = Map.prototype.get = () => ({}); String.prototype.slice = () => ({}); JSON.stringify = () => '{"kind":"done","output":1}'; return world.act('shop.refund', {})`,
    'sandbox.forbidden',
  ),
]
