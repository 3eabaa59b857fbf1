import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { type Argument, Command, type Option } from 'commander'
import { configFile } from '../os/load-config.ts'
import { refuse } from '../values/fault.ts'
import type { Json } from '../values/json.ts'
import type { Desk } from './desk.ts'
import { exit } from './exit.ts'
import type { World } from './world.ts'

/** One command as it was given: its options, and how its answer is shown. */
export interface Invocation {
  readonly world: World
  readonly json: boolean
  readonly options: Readonly<Record<string, unknown>>
  /** The company's folder. Fault: `config.missing`. */
  folder(): string
  /** Shows an operation's output: as it is with --json, else as text for a person. */
  show(output: Json, text: () => string): void
}

/** What a command does; it gives its exit code, or nothing for 0. */
export type Action = (invocation: Invocation, ...given: readonly string[]) => Promise<number | undefined>

export interface Verb {
  readonly name: string
  readonly does: string
  /** As it would be typed, after `soloist`. */
  readonly example: string
  readonly arguments?: readonly Argument[]
  readonly options?: readonly Option[]
  /** Done where only its noun is typed. */
  readonly usual?: true
  readonly action: Action
}

/** Hangs a verb under a command. `done` hears its exit code. */
export function addVerb(parent: Command, verb: Verb, world: World, done: (code: number) => void): void {
  const command = new Command(verb.name).description(verb.does).copyInheritedSettings(parent)
  for (const argument of verb.arguments ?? []) command.addArgument(argument)
  for (const option of verb.options ?? []) command.addOption(option)
  command
    .option('--json', 'print exactly what the operation answers')
    .option('--company <folder>', `the company's folder (default: the nearest one with ${configFile}, else ./company)`)
    .addHelpText('after', `\nExample:\n  $ soloist ${verb.example}`)
    .showHelpAfterError(`Next: ${pathOf(parent)} ${verb.name} --help`)
    .action(async (...given: unknown[]) => {
      // Commander passes the arguments, then the options, then itself.
      const values = given.slice(0, -2) as string[]
      done((await verb.action(invocationOf(world, command.opts()), ...values)) ?? exit.ok)
    })
  parent.addCommand(command, { isDefault: verb.usual === true })
}

/** `soloist control`: a group hangs under nothing yet when its verbs are hung under it. */
function pathOf(parent: Command): string {
  const name = parent.name()
  return name === 'soloist' ? name : `soloist ${name}`
}

/** An action on the company's desk, which is let go at the end whatever happens. */
export function onDesk(
  action: (desk: Desk, invocation: Invocation, ...given: readonly string[]) => Promise<number | undefined>,
): Action {
  return async (invocation, ...given) => {
    const { connect } = await import('./desk.ts')
    const desk = await connect(invocation.folder(), invocation.world.open)
    try {
      return await action(desk, invocation, ...given)
    } finally {
      await desk.close()
    }
  }
}

/** An action that asks one operation and shows what it answers. */
export function asking<T>(
  operation: string,
  input: (invocation: Invocation, ...given: readonly string[]) => Json,
  text: (output: T, invocation: Invocation) => string,
): Action {
  return onDesk(async (desk, invocation, ...given) => {
    const output = await desk.call(operation, input(invocation, ...given))
    invocation.show(output, () => text(output as T, invocation))
    return exit.ok
  })
}

/** Options that were given, under the names of input fields. */
export function given(invocation: Invocation, ...names: readonly string[]): Record<string, Json> {
  return Object.fromEntries(
    names.flatMap((name) => (invocation.options[name] === undefined ? [] : [[name, invocation.options[name] as Json]])),
  )
}

function invocationOf(world: World, options: Readonly<Record<string, unknown>>): Invocation {
  const json = options.json === true
  return {
    world,
    json,
    options,
    folder: () => companyFolder(world.cwd, options.company as string | undefined),
    show(output, text) {
      world.out(json ? JSON.stringify(output, null, 2) : text())
    },
  }
}

function companyFolder(cwd: string, asked: string | undefined): string {
  if (asked !== undefined) return resolve(cwd, asked)
  for (let folder = cwd; ; folder = dirname(folder)) {
    if (existsSync(join(folder, configFile))) return folder
    if (dirname(folder) === folder) break
  }
  const usual = join(cwd, 'company')
  return existsSync(join(usual, configFile)) ? usual : refuse('config.missing', { folder: cwd })
}
