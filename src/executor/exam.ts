import type { Models } from '../models/model.ts'
import type { ToolOutcome } from '../models/tool-answers.ts'
import { evalWorkflow } from '../store/practice.ts'
import { type Fault, fault } from '../values/fault.ts'
import type { RunId } from '../values/id.ts'
import type { Json } from '../values/json.ts'
import type { Attempt } from './attempt.ts'

/** What an agent has at an eval instead of the world: nothing that it asks for is done, and it remembers only what it is told. */
export interface Exam {
  readonly models: Models
  /** What a tool answers to a task; always something, so that nothing is ever performed. */
  tool(task: string, name: string, input: Json): ToolOutcome
  /** Lines of memory that a task is given. */
  memory(task: string): readonly string[]
}

/** The exams that this process holds, by run. They are made of the author's code: with the process they end. */
export type Exams = Map<RunId, Exam>

/** The attempt as it works at an eval; as it is, anywhere else. Fault: `eval.interrupted`. */
export function seated(attempt: Attempt): Attempt | Fault {
  const { kernel, run } = attempt
  if (run.workflow !== evalWorkflow) return attempt
  const exam = kernel.exams.get(run.id)
  if (!exam) return fault('eval.interrupted', { run: run.id })
  return { ...attempt, exam, kernel: { ...kernel, models: exam.models } }
}
