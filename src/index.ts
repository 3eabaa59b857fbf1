/** What authors of workflows and agents import: `import { workflow, agent, usd } from 'soloist'`. */
export {
  type Agent,
  type AgentSpec,
  agent,
  type CacheSpec,
  type PureFunction,
  pure,
  type RoleSpec,
  type UpkeepSpec,
} from './agents/agent.ts'
export type { CodeAgent, ModelAnswer, ModelQuestion, RecalledLine, World } from './agents/code-agent.ts'
export {
  type CustomScore,
  type EvalCase,
  type Evaluation,
  type EvaluationSpec,
  evaluation,
  type PassRule,
  type Scorer,
  type ToolAnswer,
} from './agents/evaluation.ts'
export type { RecallSpec } from './agents/recall-spec.ts'
export { custom, exact, matchesSchema, rubric } from './agents/scorer.ts'
export type { Embedder } from './memory/embedder.ts'
export { type EmbeddingsOptions, embeddings } from './models/embeddings.ts'
export { localEmbeddings } from './models/local-embeddings.ts'
export type { ModelChoice, Models, Price } from './models/model.ts'
export { offline } from './models/offline.ts'
export { anthropic, compatible, google, openai } from './models/providers.ts'
export { type CompanySpec, type Config, type ConfiguredSchedule, company, type Telemetry } from './os/config.ts'
export { distillerInput, distillerOutput } from './os/distil/distiller.ts'
export { type ScheduleSpec, schedule } from './os/schedule.ts'
export {
  answers,
  type BodyPart,
  body,
  type Filled,
  header,
  type Part,
  type Rule,
  starts,
  type Webhook,
  type When,
  webhook,
} from './os/webhooks/webhook.ts'
export { type Condition, equals, isTrue, not, over, present, under } from './planner/condition.ts'
export type {
  EachOptions,
  Flow,
  GateOptions,
  PlannerInput,
  PlanOptions,
  TaskOptions,
  WaitOptions,
} from './planner/flow.ts'
export type { Plan } from './planner/plan.ts'
export { planSchema } from './planner/plan-schema.ts'
export { type Receivable, receive, type WaitInput } from './planner/receive.ts'
export type { Ref, Wiring } from './planner/ref.ts'
export { type Role, role } from './planner/role.ts'
export { type Workflow, type WorkflowSpec, workflow } from './planner/workflow.ts'
export { type Approved, approved } from './values/approved.ts'
export type { Budgeted, Doer, Tier, WhenSpent } from './values/doer.ts'
export { type Fault, fault, Refusal } from './values/fault.ts'
export type { GateId, IdentityId, RunId } from './values/id.ts'
export { type Usd, usd } from './values/money.ts'
export {
  type CalendarDays,
  calendarDays,
  type Duration,
  days,
  hours,
  type Instant,
  instant,
  milliseconds,
  minutes,
  seconds,
} from './values/time.ts'
