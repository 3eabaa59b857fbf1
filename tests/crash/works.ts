import { microUsd } from '../../src/values/money.ts'
import { letterBy } from './letter.ts'
import type { Work } from './work.ts'
import { workshopWith } from './workshop.ts'

export type WorkName = 'outbox-letter' | 'unsure-letter' | 'workshop' | 'paid-workshop'

/** The works by name. In the paid one models cost money: a crash may make it pay twice, so its money is not compared. */
export function workNamed(name: string): Work {
  switch (name) {
    case 'outbox-letter':
      return letterBy('outbox')
    case 'unsure-letter':
      return letterBy('unsure')
    case 'workshop':
      return workshopWith('free')
    case 'paid-workshop':
      return workshopWith({ perMillionIn: microUsd(1_000_000), perMillionOut: microUsd(2_000_000) })
    default:
      throw new TypeError(`there is no work called ${name}`)
  }
}
