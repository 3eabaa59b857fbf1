import { type Behaviour, works } from './behaviour.ts'

/** One request as the provider saw it, with what it charges for it. */
export interface Line {
  readonly id: string
  readonly account: string
  readonly model: string
  readonly behaviour: Behaviour
  readonly at: number
  readonly tokensIn: number
  readonly tokensOut: number
  /** In micro-dollars: of all that was worked out, whether or not the answer arrived whole. */
  readonly charge: number
  /** Set once the last byte was handed over and nobody had hung up. */
  delivered: boolean
}

// What both accounts take, in micro-dollars a token.
const perTokenIn = 1
const perTokenOut = 10

/** The provider's own books, kept without ours. */
export class Bill {
  readonly lines: Line[] = []

  add(asked: Pick<Line, 'account' | 'model' | 'behaviour' | 'at' | 'tokensIn' | 'tokensOut'>): Line {
    const charge = works.has(asked.behaviour) ? asked.tokensIn * perTokenIn + asked.tokensOut * perTokenOut : 0
    const line = { ...asked, id: `chat-${this.lines.length}`, charge, delivered: false }
    this.lines.push(line)
    return line
  }

  get total(): number {
    return this.lines.reduce((sum, { charge }) => sum + charge, 0)
  }
}
