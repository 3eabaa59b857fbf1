import { existsSync, globSync } from 'node:fs'
import { join } from 'node:path'

/** A named part of the proof: a command, or a run of test files that is counted. */
export type Step =
  | { readonly name: string; readonly command: readonly string[] }
  | { readonly name: string; readonly tests: readonly string[]; readonly options: readonly string[] }

// Kinds of tests by where they lie; a part's suite.test.ts, conformance.test.ts or contract.test.ts runs what ships to users.
// What is none of these is a unit test, so that no test file is left out.
const kinds = {
  tidy: /^tests\/tidy(\.test\.ts$|\/)/,
  contract: /^tests\/(contract\/|.*\/(suite|conformance|contract)\.test\.ts$)/,
  crash: /^tests\/crash\//,
  journeys: /^tests\/(journeys|simulation)\//,
  examples: /^tests\/examples\//,
}
type Kind = keyof typeof kinds | 'unit'

/** The whole proof, in order: what is quick and what tells most comes first. */
export function steps(root: string): Step[] {
  const files = globSync('tests/**/*.test.ts', { cwd: root }).sort()
  const typed = globSync('tests/**/*.test-d.ts', { cwd: root }).sort()
  const of = (kind: Kind) => files.filter((path) => kindOf(path) === kind)
  return [
    { name: 'format and lint', command: ['biome', 'check', '--error-on-warnings', '.'] },
    { name: 'types', command: ['tsc', '-p', '.'] },
    { name: 'type tests', tests: typed, options: ['--typecheck.only', '--typecheck.include=tests/**/*.test-d.ts'] },
    { name: 'knip', command: ['knip', '--no-progress'] },
    { name: 'tidy', tests: of('tidy'), options: [] },
    { name: 'unit', tests: of('unit'), options: [] },
    { name: 'contract', tests: of('contract'), options: [] },
    { name: process.env.PROOF ? 'crash' : 'crash sample', tests: of('crash'), options: [] },
    { name: 'journeys', tests: of('journeys'), options: [] },
    { name: 'examples', tests: of('examples'), options: [] },
    { name: 'packed tarball', command: ['node', 'scripts/packed.ts', '--', ...packedCommands(root)] },
  ]
}

/** Which step a test file belongs to. */
export function kindOf(path: string): Kind {
  const kind = Object.entries(kinds).find(([, place]) => place.test(path))?.[0]
  return (kind as Kind | undefined) ?? 'unit'
}

// What a user does first, with the package as it is published. Demo and guide are told which command to drive.
function packedCommands(root: string): string[] {
  if (!existsSync(join(root, 'src/main.ts'))) return []
  const commands = [
    'soloist --version',
    'soloist init company',
    'soloist plan newsletter --company company',
    'soloist test --company company',
  ]
  const tsc = JSON.stringify(join(root, 'node_modules/.bin/tsc'))
  commands.push(
    `${tsc} --noEmit --strict --skipLibCheck --module nodenext --allowImportingTsExtensions company/soloist.config.ts`,
  )
  const demo = join(root, 'scripts/demo.ts')
  if (existsSync(demo)) commands.push(`SOLOIST_COMMAND="$PWD/node_modules/.bin/soloist" node ${JSON.stringify(demo)}`)
  const guide = join(root, 'scripts/guide.ts')
  // A unit test plays the guide with the checkout; with the package it is part of the long proof.
  if (process.env.PROOF && existsSync(guide))
    commands.push(`SOLOIST_COMMAND="$PWD/node_modules/.bin/soloist" node ${JSON.stringify(guide)}`)
  return commands
}
