import { readFile, realpath } from 'node:fs/promises'
import { isAbsolute, relative, resolve, sep } from 'node:path'
import { refuse } from '../values/fault.ts'

// Some 60 000 tokens: longer than any instructions, shorter than the smallest context of a current model.
const largest = 256 * 1024

/**
 * The text of a file in the company's `agents/` folder, with line ends as `\n` and no byte order mark, so that a checkout on
 * another system has the same hash. A path that leaves the folder, also through a symbolic link, counts as not there.
 * Faults: `agent.missing-instructions`, `input.too-large`.
 */
export async function readInstructions(folder: string, path: string, agent: string): Promise<string> {
  const missing = (): never => refuse('agent.missing-instructions', { agent, path: resolve(folder, path) })
  if (!isInside(resolve(folder), resolve(folder, path))) return missing()
  const [home, file] = await Promise.all([folder, resolve(folder, path)].map((each) => realpath(each).catch(absent)))
  if (home === undefined || file === undefined || !isInside(home, file)) return missing()
  const bytes = (await readFile(file).catch(absent)) ?? missing()
  if (bytes.length > largest) {
    refuse('input.too-large', { what: path, size: `${Math.ceil(bytes.length / 1024)} KiB`, limit: '256 KiB' })
  }
  return bytes
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .replaceAll('\r\n', '\n')
}

function isInside(folder: string, file: string): boolean {
  const way = relative(folder, file)
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
}

/** What cannot be read for these reasons is not there; anything else is a fault of the machine, and is thrown on. */
function absent(error: NodeJS.ErrnoException): undefined {
  if (
    ['ENOENT', 'ENOTDIR', 'EISDIR', 'EACCES', 'ELOOP', 'ENAMETOOLONG', 'ERR_INVALID_ARG_VALUE'].includes(
      error.code ?? '',
    )
  ) {
    return undefined
  }
  throw error
}
