import type { Trial } from '../../agents/trial.ts'
import type { Kernel } from '../../executor/kernel.ts'

export async function followShadow(_kernel: Kernel, _trial: Trial): Promise<void> {}
