import type { LanguageModelV4 } from '@ai-sdk/provider'
import type { ModelChoice } from './model.ts'

/** A model that is ready to be asked. `hide` takes out of a text every secret that it was opened with. */
export interface OpenModel {
  readonly choice: ModelChoice
  readonly language: LanguageModelV4
  readonly hide: (text: string) => string
}

/** Opens a choice. `secret` throws `secret.missing` for what is not set; a name that was not declared is a programmer's error. */
export async function openModel(choice: ModelChoice, secret: (name: string) => string): Promise<OpenModel> {
  const given = new Map<string, string>()
  const language = await choice.open((name) => {
    if (!choice.secrets.includes(name)) throw new TypeError(`${choice.name} did not declare the secret "${name}"`)
    const value = secret(name)
    given.set(name, value)
    return value
  })
  return { choice, language, hide: (text) => hidden(text, given) }
}

/** Takes out of a text what looks like a key. */
export function withoutKeys(text: string): string {
  return text.replace(keyLike, '[a key]')
}

// Providers echo keys in part: "Incorrect API key provided: sk-ab***9xyz".
const keyLike = /\b(?:sk|pk|rk|key|AIza)[-_]?[\w-]*\*{2,}[\w*-]*|\b(?:sk|AIza)[-_][\w-]{16,}/g

function hidden(text: string, secrets: ReadonlyMap<string, string>): string {
  let clean = text
  for (const [name, value] of secrets) if (value !== '') clean = clean.replaceAll(value, `[secret ${name}]`)
  return withoutKeys(clean)
}
