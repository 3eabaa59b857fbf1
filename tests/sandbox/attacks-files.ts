import { type Attack, refused } from './attack.ts'

const read = (name: string, body: string): Attack => refused(name, body)

/** Agents that want to read or write files, or the environment. */
export const fileAttacks: readonly Attack[] = [
  read('reads a file', `return (await builtin(world, 'fs')).readFileSync(input.file, 'utf8')`),
  read('reads a file by promises', `return (await builtin(world, 'fs/promises')).readFile(input.file, 'utf8')`),
  read(
    'reads a file as a stream',
    `const fs = await builtin(world, 'fs'); return wait((done, fail) => fs.createReadStream(input.file).on('data', done).on('error', fail))`,
  ),
  read('opens a file as a blob', `return (await (await builtin(world, 'fs')).openAsBlob(input.file)).text()`),
  read('lists a folder', `const found = (await builtin(world, 'fs')).readdirSync(input.folder); return found.join()`),
  read('asks whether a file is there', `return (await builtin(world, 'fs')).statSync(input.file).size`),
  read('watches a folder', `(await builtin(world, 'fs')).watch(input.folder); return 'watching'`),
  read('writes a file', `(await builtin(world, 'fs')).writeFileSync(input.folder + '/written', 'x'); return 'written'`),
  read(
    'makes a symbolic link',
    `(await builtin(world, 'fs')).symlinkSync(input.file, input.folder + '/link'); return 'linked'`,
  ),
  read(
    'reads through /proc/self',
    `return (await builtin(world, 'fs')).readFileSync('/proc/self/root' + input.file, 'utf8')`,
  ),
  read(
    'reads the environment of its keeper',
    `return (await builtin(world, 'fs')).readFileSync('/proc/' + input.keeper + '/environ', 'utf8')`,
  ),
  read(
    'looks through the files that are open',
    `const fs = await builtin(world, 'fs'); for (let at = 4; at < 64; at += 1) { try { const bytes = Buffer.alloc(64); if (fs.fstatSync(at).isFile()) return 'file ' + at } catch {} } throw new Error('no file is open')`,
  ),
  read('reads a file as a module', `return (await builtin(world, 'module')).createRequire('file:///')(input.file)`),
  read('imports a file', `return (await import('file://' + input.file)).default`),
  read(
    'imports code from a data URL that reads',
    `const own = await import('data:text/javascript,import fs from "node:fs";export default (path) => fs.readFileSync(path, "utf8")'); return own.default(input.file)`,
  ),
  read('imports over the network', `return (await import('http://127.0.0.1:' + input.tcp + '/code.mjs')).default`),
  read(
    'reads a file as settings',
    `(await host(world)).loadEnvFile(input.file); return JSON.stringify((await host(world)).env)`,
  ),
  read(
    'reads by a database',
    `const { DatabaseSync } = await builtin(world, 'node:sqlite'); return new DatabaseSync(input.database).prepare('select secret from kept').get().secret`,
  ),
  read(
    'reads by a database that is attached',
    `const { DatabaseSync } = await builtin(world, 'node:sqlite'); const own = new DatabaseSync(':memory:'); own.exec("attach '" + input.database + "' as other"); return own.prepare('select secret from other.kept').get().secret`,
  ),
  read(
    'imports the database by its name',
    `const { DatabaseSync } = await import('node:sqlite'); return new DatabaseSync(input.database).prepare('select secret from kept').get().secret`,
  ),
  read(
    'writes by a database',
    `const { DatabaseSync } = await builtin(world, 'node:sqlite'); new DatabaseSync(':memory:').exec("create table t(x); vacuum into '" + input.folder + "/vacuumed'"); return 'written'`,
  ),
  read(
    'writes a snapshot of its heap',
    `return (await builtin(world, 'v8')).writeHeapSnapshot(input.folder + '/heap')`,
  ),
  read('writes a report', `return (await host(world)).report.writeReport(input.folder + '/report')`),
  read(
    'traces into a file',
    `const { createTracing } = await builtin(world, 'trace_events'); createTracing({ categories: ['node'] }).enable(); return 'tracing'`,
  ),
  read('mounts files of its own', `const vfs = await builtin(world, 'node:vfs'); return String(Object.keys(vfs))`),
  read(
    'takes what its environment says',
    `const { SOLOIST_CANARY, PATH, HOME } = (await host(world)).env; const found = SOLOIST_CANARY ?? PATH ?? HOME; if (!found) throw new Error('the environment is empty'); return found`,
  ),
  refused(
    'finds Node in every module that there is',
    `
    const { builtinModules } = await builtin(world, 'module')
    const fs = builtinModules.filter((name) => /^(fs|node:sqlite|ffi|node:ffi)/.test(name))
    const found = []
    for (const name of builtinModules) {
      const own = (await host(world)).getBuiltinModule(name)
      for (const part of ['readFileSync', 'openSync', 'connect', 'spawn', 'open', 'dlopen', 'DatabaseSync', 'Worker'])
        try { if (typeof own?.[part] === 'function') { const got = part === 'Worker' ? new own.Worker('1', { eval: true }) : own[part](input.file, 'utf8'); if (String(got).includes('CANARY')) found.push(name) } } catch {}
    }
    if (found.length === 0) throw new Error('none of ' + builtinModules.length + ' gives a file')
    return found.join()`,
  ),
]
