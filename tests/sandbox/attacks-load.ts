import type { Attack } from './attack.ts'

// On a busy machine its time may be over before anything else is.
const load = (name: string, body: string, ...ends: string[]): Attack => ({
  name,
  code: `const run = async (input, world) => {\n${body}\n}`,
  ends: [...ends, 'sandbox.cpu', 'sandbox.time'],
  isEndless: true,
})

/** Agents that want to take the machine's time, memory or attention. */
export const loadAttacks: readonly Attack[] = [
  load('loops for ever', 'for (;;);'),
  {
    name: 'loops before it begins',
    code: 'for (;;);\nconst run = () => 1',
    ends: ['sandbox.cpu', 'sandbox.time'],
    isEndless: true,
  },
  load('loops in its promises', 'const again = () => Promise.resolve().then(again); await again()'),
  load('matches without an end', `return /^(a+)+$/.test('a'.repeat(50) + 'b')`),
  load('waits for ever', 'await new Promise(() => {})'),
  load(
    'waits on shared memory',
    `Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0); return 'woke'`,
    'sandbox.failed',
  ),
  load('fills its heap', 'const held = []; for (;;) held.push(new Array(10_000).fill({}))', 'sandbox.memory'),
  load(
    'fills memory beside its heap',
    'const held = []; for (;;) held.push(new Uint8Array(4_000_000).fill(1))',
    'sandbox.memory',
    'sandbox.failed',
  ),
  load(
    'makes one text as long as it can',
    `let text = 'x'; for (;;) { text += text; text.charCodeAt(text.length - 1); [...text.slice(0, 1000)] }`,
    'sandbox.failed',
    'sandbox.memory',
  ),
  load('calls itself without an end', 'const again = () => again() + 1; return again()', 'sandbox.failed'),
  load(
    'nests without an end',
    'let nested = []; for (let at = 0; at < 5000; at += 1) nested = [nested]; return nested',
    'sandbox.protocol',
    'sandbox.failed',
  ),
  load('returns far too much', `return 'x'.repeat(3_000_000)`, 'sandbox.output'),
  load('asks without an end', 'for (;;) world.act("shop.look", {})', 'sandbox.output', 'sandbox.memory'),
  load('asks again and again', 'for (;;) await world.act("shop.look", {})', 'sandbox.output'),
  load('writes lines without an end', 'for (;;) world.log("x".repeat(1000))', 'sandbox.output'),
  load(
    'writes to its outputs without an end',
    `const out = typeof process === 'undefined' ? undefined : process.stdout; if (!out) throw new Error('there is no output'); for (;;) { out.write('x'.repeat(10_000)); await new Promise((done) => setImmediate(done)) }`,
    'sandbox.output',
    'sandbox.failed',
  ),
  load(
    'leaves a rejected promise behind',
    `void Promise.reject(new Error('left behind')); await new Promise(() => {})`,
    'sandbox.failed',
    'sandbox.crashed',
  ),
  load(
    'throws what cannot be read',
    `throw { get message() { throw 1 }, get stack() { for (;;); } }`,
    'sandbox.failed',
  ),
]
