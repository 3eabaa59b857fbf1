import { Command, CommanderError, Help, type Option } from 'commander'
import { type Fault, fault, Refusal } from '../values/fault.ts'
import { lifeVerbs } from './commands/life.ts'
import { exit, exitOf } from './exit.ts'
import { addVerb } from './invocation.ts'
import { plain } from './render/table.ts'
import type { World } from './world.ts'

/** The whole command: reads the arguments, does it, says it, and gives the exit code. Nothing is thrown. */
export async function soloist(world: World): Promise<number> {
  let code: number = exit.ok
  const program = await programOf(world, (given) => {
    code = given
  })
  try {
    await program.parseAsync(world.argv, { from: 'user' })
    return code
  } catch (error) {
    // Commander has said what is wrong; help and version end with code 0.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exit.ok : exit.usage
    return tell(world, faultOf(error))
  }
}

async function programOf(world: World, done: (code: number) => void): Promise<Command> {
  const program = new Command('soloist')
    .description('The desk of a company of one.')
    .version(world.version, '--version', 'print the version')
    .exitOverride()
    // 'agent show --version 3' is the verb's own option.
    .enablePositionalOptions()
    .showSuggestionAfterError()
    .showHelpAfterError('Next: soloist --help')
    // Beside the longest command there are 30 columns left of 80: commander would not wrap what is narrower than 40.
    .configureHelp({ optionDescription: describe, minWidthToWrap: 20 })
    .configureOutput({ writeOut: (text) => world.out(text.trimEnd()), writeErr: (text) => world.err(text.trimEnd()) })
    .addHelpText('after', exitCodes)
  for (const verb of lifeVerbs) addVerb(program, verb, world, done)
  // A company that works for weeks keeps what was loaded to start it: some 50 files of verbs that it will never be asked for.
  if (world.argv[0] === 'start') return program
  const { wholeVerbs, workVerbs } = await import('./commands/desk-verbs.ts')
  const { groups } = await import('./commands/groups.ts')
  for (const verb of workVerbs) addVerb(program, verb, world, done)
  for (const { name, does, verbs } of groups) {
    const group = new Command(name).description(does).copyInheritedSettings(program)
    group.showHelpAfterError(`Next: soloist ${name} --help`)
    for (const verb of verbs) addVerb(group, verb, world, done)
    program.addCommand(group)
  }
  for (const verb of wholeVerbs) addVerb(program, verb, world, done)
  return program
}

/** As help shows it, and whether the command is understood without it. */
function describe(option: Option): string {
  const description = Help.prototype.optionDescription(option)
  return option.mandatory ? `${description} (must be given)` : description
}

const exitCodes = `
Exit codes:
  0  done                    3  done so far; the run waits for you
  1  refused, or run failed  4  no such thing
  2  not understood          5  open in another process

Start with:
  $ soloist init my-company`

function faultOf(error: unknown): Fault {
  if (error instanceof Refusal) return error.fault
  return fault('soloist.bug', { why: error instanceof Error ? error.message : String(error) })
}

function tell(world: World, { code, message, retry, next }: Fault): number {
  world.err(plain(`${code}: ${message}\nNext: ${next}`))
  if (world.argv.includes('--json')) world.out(JSON.stringify({ fault: { code, message, retry, next } }, null, 2))
  return exitOf(code)
}
