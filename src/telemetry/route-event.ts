import type { Usd } from '../values/money.ts'

/** Who was given a task that names a role. */
export interface RouteEvents {
  'task.routed': {
    fence: number
    role: string
    agent: string
    version: number
    hash: string
    why: string
    /** Everyone who declares the role, the chosen one first. */
    candidates: readonly RouteCandidate[]
  }
}

/** `cost` is what a task of it is expected to cost, `load` how many it has under way. `unfit` says why it could not be chosen. */
export interface RouteCandidate {
  readonly agent: string
  readonly version: number
  readonly tier: string
  readonly load: number
  readonly cost: Usd
  readonly unfit?: string
}
