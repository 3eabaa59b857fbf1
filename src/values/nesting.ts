/** Nobody's data is nested deeper, and whatever walks it later may recurse: a few thousand levels end the process. */
export const deepest = 100

/** Whether a text of JSON is nested too deep: brackets are counted outside of strings, without parsing. It need not be JSON. */
export function isDeep(text: string, most: number = deepest): boolean {
  let depth = 0
  let quoted = false
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (quoted) {
      if (code === 0x5c) at += 1
      else if (code === 0x22) quoted = false
    } else if (code === 0x22) quoted = true
    else if (code === 0x5b || code === 0x7b) {
      depth += 1
      if (depth > most) return true
    } else if (code === 0x5d || code === 0x7d) depth -= 1
  }
  return false
}
