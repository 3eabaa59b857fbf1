import { isRepeat, type RunId, type TaskId } from '../values/id.ts'
import { contentHash } from '../values/json.ts'
import type { Attempt } from './attempt.ts'
import { originalOf } from './repeat.ts'
import type { Wish } from './sandbox/message.ts'

/** The run and the task for which code asks: of a run that repeats another the original, so that both are asked by the same name. */
export async function askedFor({ kernel, run, task }: Attempt): Promise<{ run: RunId; task: TaskId }> {
  if (!isRepeat(run.id)) return { run: run.id, task: task.id }
  const original = await originalOf(kernel, run.id)
  return { run: original.run.id, task: original.task.id }
}

/** What stands for a wish in the key of its step. */
export function askedAs({ run, task }: { run: RunId; task: TaskId }, wish: Wish): string {
  return contentHash([run, task, wish]).slice(0, 12)
}

/** The key of a wish's step without its place in the order: another version may ask for something else before. */
export function withoutPlace(key: string): string {
  return key.replace(/^code\/\d+\//, 'code/')
}
