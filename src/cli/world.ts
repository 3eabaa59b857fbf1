import type { Diagnosis } from '../os/doctor/examine.ts'
import type { ImportCompany, OpenCompany, Os } from '../os/os.ts'

/** Everything that a command touches: the terminal, the machine, and how a company is opened. Tests give their own. */
export interface World {
  /** The arguments after the name of the command. */
  readonly argv: readonly string[]
  readonly cwd: string
  /** Of Soloist itself, like `1.2.3`. */
  readonly version: string
  /** IANA name of the zone in which times are shown. */
  readonly timeZone: string
  out(text: string): void
  err(text: string): void
  /** Somebody reads standard error while it is written. */
  readonly isWatched: boolean
  /** All of standard input. */
  readAll(): Promise<string>
  /**
   * A line that is not shown while it is typed, twice where `again` asks for that; the first line of standard input when that is
   * no terminal. Fault: `input.invalid`.
   */
  readSecret(question: string, again?: string): Promise<string>
  /** Resolves when the process is asked to stop. */
  stopped(): Promise<void>
  readonly open: OpenCompany
  readonly importCompany: ImportCompany
  /** Examines a company that nothing runs; with `fix` also puts right what is safe. */
  readonly examine: (folder: string, fix: boolean) => Promise<Diagnosis>
  readonly serve: (os: Os, options: ServeAsked) => Promise<{ readonly url: string; close(): Promise<void> }>
  /** The folder that `init` copies. */
  readonly starter: string
}

export interface ServeAsked {
  readonly host?: string
  readonly port?: number
  readonly onBug: (error: unknown) => void
}
