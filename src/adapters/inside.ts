import { realpath } from 'node:fs/promises'
import { dirname, isAbsolute, join, normalize, relative, sep } from 'node:path'

/**
 * Where a path from outside leads, if it stays inside `root`; `undefined` for `..`, absolute paths, hidden files and folders, names that
 * no disk takes, and links that lead out, also by a folder on the way. The file itself need not exist.
 */
export async function inside(root: string, path: string): Promise<string | undefined> {
  if (/\p{Cc}/u.test(path)) return undefined
  const inner = normalize(path.replaceAll('\\', '/'))
  if (isAbsolute(inner) || inner.split(sep).some((step) => step.startsWith('.') || step === '')) return undefined
  const full = join(root, inner)
  const real = await realOf(full)
  if (real === undefined) return undefined
  const away = relative(await realpath(root), real)
  return away.startsWith('..') || isAbsolute(away) ? undefined : full
}

// Of what does not exist yet: the nearest folder that does, and the rest of the path below it.
async function realOf(full: string): Promise<string | undefined> {
  try {
    return await realpath(full)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENAMETOOLONG') return undefined
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error
    const folder = await realOf(dirname(full))
    return folder === undefined ? undefined : join(folder, relative(dirname(full), full))
  }
}
