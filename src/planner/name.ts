/** What a name in a plan may be: the same in a shell, a URL and a picture. 64 characters fit the columns of the desk. */
export function isName(name: string): boolean {
  return /^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$/.test(name)
}

/** Why a text is none, for `plan.bad-name`. */
export const notAName = 'it has other characters, or is empty or too long'
