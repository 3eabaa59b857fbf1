import { type Duration, days } from '../values/time.ts'

/**
 * How much of its weight something still has at an age: from 1 down to the floor of its kind, by half in each half-life. What is in
 * force (a fact, an open commitment) does not decay: it is superseded or ends. Pure.
 */
export function decayed(kind: string, age: Duration): number {
  const decay = decays[kind] ?? usual
  if (decay === 'never') return 1
  const { halfLife, floor } = decay
  return floor + (1 - floor) * 2 ** (-Math.max(0, age) / halfLife)
}

type Decay = { readonly halfLife: Duration; readonly floor: number } | 'never'

// Half-lives are judgements about a company of one, which bills by the month and sees a client some times a quarter; none is measured.
// A floor keeps what is old comparable: between two of the same age that are long past, importance and purpose decide.
const decays: Readonly<Record<string, Decay>> = {
  'identity.fact-recorded': 'never',
  'commitment.made': 'never',
  // A conversation is alive for a quarter. Then what it left behind stands in facts and commitments.
  'interaction.recorded': { halfLife: days(90), floor: 0.1 },
  // How the operator judges changes slowly: an edit of last year still says how they want it.
  'gate.decided': { halfLife: days(365), floor: 0.3 },
  // What we made for someone is the base of the next one, which is half a year away where work comes in seasons.
  'task.done': { halfLife: days(180), floor: 0.1 },
  // That something was begun or sent matters while it is under way; what came of it has events of its own.
  'run.started': { halfLife: days(30), floor: 0.05 },
  'effect.intended': { halfLife: days(30), floor: 0.05 },
  // What a provider reported is old news in weeks.
  'webhook.received': { halfLife: days(30), floor: 0.05 },
  // How a promise ended says something of whom it was made to, for some years.
  'commitment.kept': { halfLife: days(365), floor: 0.1 },
  'commitment.dropped': { halfLife: days(365), floor: 0.1 },
}
const usual: Decay = { halfLife: days(90), floor: 0.1 }
