import { type Attack, refused } from './attack.ts'

/** Agents that want to start something, or to hurt what runs. */
export const processAttacks: readonly Attack[] = [
  refused('starts a program', `return (await builtin(world, 'child_process')).execSync('id').toString()`),
  refused(
    'starts a program without waiting',
    `(await builtin(world, 'child_process')).spawn('sleep', ['60'], { detached: true }); return 'started'`,
  ),
  refused(
    'forks again and again',
    `const { fork } = await builtin(world, 'child_process'); for (let at = 0; at < 30; at += 1) fork('/dev/null')`,
  ),
  refused('becomes another program', `(await host(world)).execve('/usr/bin/id', ['id'], {}); return 'became'`),
  refused(
    'forks as a cluster',
    `const cluster = await builtin(world, 'cluster'); cluster.setupPrimary({ exec: '/dev/null' }); cluster.fork(); return 'forked'`,
  ),
  refused(
    'starts a thread',
    `const { Worker } = await builtin(world, 'worker_threads'); new Worker('for (;;);', { eval: true }); return 'started'`,
  ),
  refused(
    'registers hooks in a thread',
    `(await builtin(world, 'module')).register('data:text/javascript,export {}'); return 'registered'`,
  ),
  refused(
    'runs tests',
    `const test = await builtin(world, 'node:test'); return wait((done, fail) => test.run({ files: [input.file] }).on('test:fail', ({ details }) => fail(details.error)).on('test:pass', done))`,
  ),
  refused(
    'loads machine code',
    `(await host(world)).dlopen({ exports: {} }, '/lib/x86_64-linux-gnu/libc.so.6'); return 'loaded'`,
  ),
  refused(
    'calls foreign functions',
    `return Object.keys((await builtin(world, 'node:ffi')).dlopen('libc.so.6', {})).join()`,
  ),
  refused(
    'loads an engine of ciphers',
    `(await builtin(world, 'crypto')).setEngine('/lib/engine.so'); return 'loaded'`,
  ),
  refused(
    'opens WASI',
    `const { WASI } = await builtin(world, 'wasi'); new WASI({ version: 'preview1', preopens: { '/': '/' } }); return 'open'`,
  ),
  refused(
    'compiles WebAssembly',
    `return String(new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])))`,
  ),
  refused(
    'joins the inspector',
    `const { Session } = await builtin(world, 'inspector'); new Session().connect(); return 'joined'`,
  ),
  refused('asks for bindings of Node', `return String((await host(world)).binding('fs'))`),
  refused('asks for linked bindings', `return String((await host(world))._linkedBinding('fs'))`),
  refused('kills its keeper', `(await host(world)).kill(input.keeper, 'SIGUSR2'); return 'killed'`),
  refused('kills by the method beneath', `(await host(world))._kill(input.keeper, 12); return 'killed'`),
  refused(
    'switches on the inspector of its keeper',
    `(await host(world))._debugProcess(input.keeper); return 'debugging'`,
  ),
  refused(
    'takes the processor from its keeper',
    `(await builtin(world, 'os')).setPriority(input.keeper, 19); return 'taken'`,
  ),
  refused(
    'imports the kill that was there before',
    `const { kill } = await import('node:process'); kill(input.keeper, 'SIGUSR2'); return 'killed'`,
  ),
  refused('becomes root', `(await host(world)).setuid(0); return 'root'`),
  refused(
    'changes the flags of the engine',
    `(await builtin(world, 'v8')).setFlagsFromString('--max-old-space-size=9999'); return 'changed'`,
  ),
  refused('makes code of text', `return new Function('return 1')()`),
  refused('evaluates text', `return eval('1 + 1')`),
  refused('exits as if all were well', `(await host(world)).exit(0)`, ['sandbox.failed', 'sandbox.crashed']),
  refused('exits at once', `(await host(world)).reallyExit(7)`, ['sandbox.failed', 'sandbox.crashed']),
  refused('aborts', `(await host(world)).abort()`, ['sandbox.failed', 'sandbox.crashed']),
  refused(
    'ignores signals and stays',
    `const own = await host(world); for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) own.on(signal, () => {}); await wait(() => {})`,
    ['sandbox.failed', 'sandbox.time'],
  ),
]
