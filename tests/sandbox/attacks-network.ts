import { type Attack, refused } from './attack.ts'

// Node itself falls over where it may not even listen.
const reach = (name: string, body: string): Attack => refused(name, body, ['sandbox.failed', 'sandbox.crashed'])
const onceConnected = (call: string): string =>
  `return wait((done, fail) => { const socket = ${call}; socket.on('error', fail); socket.on('connect', () => done('connected')) })`

/** Agents that want to be heard outside. */
export const networkAttacks: readonly Attack[] = [
  reach(
    'connects by net',
    `const net = await builtin(world, 'net'); ${onceConnected(`net.connect(input.tcp, '127.0.0.1')`)}`,
  ),
  reach(
    'connects to a socket of the file system',
    `const net = await builtin(world, 'net'); ${onceConnected('net.connect(input.socket)')}`,
  ),
  reach(
    'connects by tls',
    `const tls = await builtin(world, 'tls'); ${onceConnected(`tls.connect(input.tcp, '127.0.0.1')`)}`,
  ),
  reach(
    'asks by http',
    `const http = await builtin(world, 'http'); return wait((done, fail) => http.get('http://127.0.0.1:' + input.tcp, done).on('error', fail))`,
  ),
  reach(
    'asks by https',
    `const https = await builtin(world, 'https'); return wait((done, fail) => https.get('https://127.0.0.1:' + input.tcp, done).on('error', fail))`,
  ),
  reach(
    'asks by http2',
    `const http2 = await builtin(world, 'http2'); ${onceConnected(`http2.connect('http://127.0.0.1:' + input.tcp)`)}`,
  ),
  reach('fetches', `return (await fetch('http://127.0.0.1:' + input.tcp)).status`),
  reach(
    'opens a web socket',
    `return wait((done, fail) => { const socket = new WebSocket('ws://127.0.0.1:' + input.tcp); socket.onerror = () => fail(new Error('no socket')); socket.onopen = () => done('open') })`,
  ),
  reach(
    'listens for server-sent events',
    `return wait((done, fail) => { const source = new EventSource('http://127.0.0.1:' + input.tcp); source.onerror = () => fail(new Error('no source')); source.onopen = () => done('open') })`,
  ),
  reach(
    'sends by udp',
    `const socket = (await builtin(world, 'dgram')).createSocket('udp4'); return wait((done, fail) => { socket.on('error', fail); socket.send('out', input.udp, '127.0.0.1', (error) => error ? fail(error) : done('sent')) })`,
  ),
  reach(
    'asks a name server of its own',
    `const { Resolver } = (await builtin(world, 'dns')).promises; const own = new Resolver({ timeout: 200, tries: 1 }); own.setServers(['127.0.0.1:' + input.udp]); return (await own.resolveTxt('secret.example.org')).join()`,
  ),
  reach('looks up a name', `return (await (await builtin(world, 'dns')).promises.lookup('localhost')).address`),
  reach(
    'waits for others to connect',
    `const net = await builtin(world, 'net'); return wait((done, fail) => { const server = net.createServer(); server.on('error', fail); server.listen(0, '127.0.0.1', () => done('listening')) })`,
  ),
  reach('opens the inspector', `(await builtin(world, 'inspector')).open(0, '127.0.0.1'); return 'open'`),
]
