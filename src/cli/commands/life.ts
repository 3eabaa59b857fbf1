import { relative, resolve } from 'node:path'
import { Argument, Option } from 'commander'
import type { Os } from '../../os/os.ts'
import { health } from '../../os/queries/health.ts'
import { restWhenQuiet } from '../../os/rest.ts'
import { makeCompany } from '../../os/starter-copy.ts'
import { fault, refuse } from '../../values/fault.ts'
import { exit } from '../exit.ts'
import type { Invocation, Verb } from '../invocation.ts'
import type { Log } from '../log.ts'
import { scheduledLine, waitingLine } from '../render/standing.ts'
import type { World } from '../world.ts'

/** Making a company and keeping it running. */
export const lifeVerbs: readonly Verb[] = [
  {
    name: 'init',
    does: 'Make a company: agents, workflows, knowledge and sample data to begin with.',
    example: 'init my-company',
    arguments: [new Argument('[folder]', 'where').default('company')],
    action: init,
  },
  {
    name: 'start',
    does: 'Keep the company at work, and serve its desk on this machine, until Ctrl-C.',
    example: 'start --port 4747',
    options: [
      new Option('--host <address>', 'an address of this machine').default('127.0.0.1'),
      new Option('--port <port>', 'the port').default('4747'),
      new Option('--log <form>', 'a line for each event, on standard error')
        .choices(['json', 'text', 'off'])
        .default('off'),
    ],
    action: start,
  },
]

async function init(invocation: Invocation, folder = 'company'): Promise<number> {
  const { world } = invocation
  const made = await makeCompany(world.starter, resolve(world.cwd, folder))
  const near = relative(world.cwd, made.folder) || '.'
  const where = near.startsWith('..') ? made.folder : near
  invocation.show({ folder: made.folder, files: made.files }, () =>
    [
      `Made a company in ${where}: ${made.files.length} files, and the key of its vault in ${where}/.soloist/vault.key.`,
      'Keep a copy of the key elsewhere: without it the company cannot be read.',
      '',
      'Next:',
      `  cd ${where}`,
      '  soloist plan          what there is to run',
      '  soloist start         keep it at work',
    ].join('\n'),
  )
  return exit.ok
}

async function start(invocation: Invocation): Promise<number> {
  const { world, options } = invocation
  const port = Number(options.port)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    refuse('input.invalid', { what: 'The port', why: `"${options.port}" is not between 0 and 65535` })
  }
  // Whoever wants no log pays for none of its sentences.
  const log = options.log === 'off' ? silence : (await import('../log.ts')).openLog(options.log, world)
  try {
    await keepAtWork(await world.open(invocation.folder()), { host: options.host as string, port }, world, log)
  } catch (error) {
    log.fault(error)
    throw error
  }
  return exit.ok
}

const silence: Log = { follow: () => () => undefined, say: () => undefined, fault: () => undefined }

async function keepAtWork(os: Os, address: { host: string; port: number }, world: World, log: Log): Promise<void> {
  const stopLog = log.follow(os)
  try {
    const onBug = (error: unknown): void => {
      const { code, message, next } = fault('soloist.bug', {
        why: error instanceof Error ? error.message : String(error),
      })
      log.fault(error)
      world.err(os.vault.mask(`${code}: ${message}\nNext: ${next}`))
    }
    const served = await world.serve(os, { ...address, onBug })
    try {
      os.work()
      const { name, waiting, mode, nextScheduled, controls } = await health(os)
      const workflows = os.config.workflows.map((workflow) => workflow.name).join(', ') || 'no workflows'
      world.out(`${name} is at work (${workflows})${mode.mode === 'normal' ? '' : `; it is ${mode.mode}: ${mode.why}`}`)
      world.out(`Desk: ${served.url}   Folder: ${os.folder}   Stop: Ctrl-C`)
      world.out(waitingLine(waiting))
      if (controls.length > 0) world.out(`Controls that hold: ${controls.length} (soloist control list)`)
      if (nextScheduled) world.out(scheduledLine(nextScheduled, os.config.operator.timeZone))
      const stopResting = restWhenQuiet(os)
      log.say('soloist.started', `The company is at work; its desk is ${served.url}.`)
      await world.stopped()
      stopResting()
    } finally {
      await served.close()
    }
  } finally {
    await os.close()
    stopLog()
  }
  log.say('soloist.stopped', 'The company is closed.')
}
