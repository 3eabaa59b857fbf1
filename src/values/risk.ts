/** What an action can do to the company. */
export const risks = ['read', 'internal', 'outward', 'chargeable', 'contractual'] as const
export type Risk = (typeof risks)[number]

/** Whether an action leaves a trace, and whether that trace can be taken back. */
export const effectKinds = ['none', 'reversible', 'irreversible'] as const
export type EffectKind = (typeof effectKinds)[number]

/** True for what a plan may not do without a gate before it that shows what is sent. */
export function needsGate(risk: Risk, effect: EffectKind): boolean {
  return effect === 'irreversible'
    ? risk !== 'read' && risk !== 'internal'
    : risk === 'chargeable' || risk === 'contractual'
}
