import { expect, test } from 'vitest'
import { catalogue } from '../../src/values/catalogue.ts'

// Codes are permanent: scripts and clients tell faults apart by them. One may be added here; none may go or change.
const codes = [
  'adapter.busy adapter.changed adapter.conflict adapter.late adapter.missing adapter.nonsense adapter.refused',
  'adapter.shut adapter.stopped adapter.unreachable agent.bad-code agent.bad-output agent.forbidden-tool agent.looping',
  'agent.missing-instructions agent.too-many-turns api.forbidden-origin api.port-taken api.public-address',
  'api.unauthorized archive.invalid archive.occupied archive.unquiet archive.used archive.wrong-passphrase',
  'backup.changed backup.failed backup.off budget.deferred budget.exhausted budget.not-held budget.unknown-price',
  'commitment.over company.degraded company.paused config.broken config.invalid config.missing config.unknown-key',
  'control.closed control.over control.stopped control.throttled control.too-dear control.unfit csv.unreadable',
  'delivery.failed delivery.refused desk.unreachable doctor.clock-back doctor.failed-tasks doctor.in-doubt',
  'doctor.large-wal doctor.left-behind doctor.low-disk doctor.no-anchor doctor.no-folder doctor.old-node doctor.one-account',
  'doctor.open-mode doctor.pending-migration doctor.waiting-gates document.changed document.missing',
  'document.outside effect.in-doubt effect.key-reused effect.not-undoable embedder.failed embedder.not-installed',
  'eval.broken eval.interrupted eval.none eval.not-recorded eval.unfinished eval.unfit feed.malformed fetch.failed',
  'fetch.gone fetch.refused function.failed gate.cannot-edit gate.cannot-return gate.changed gate.decided',
  'gate.expired gate.one-by-one gate.rejected grant.not-possible grant.too-wide identity.busy identity.in-doubt',
  'identity.no-audience identity.no-merge identity.no-relation identity.taken identity.unknown identity.unmergeable',
  'init.occupied input.invalid input.not-json input.too-large input.unknown journal.broken knowledge.by-proposal',
  'knowledge.decided knowledge.invalid knowledge.outdated knowledge.unreadable mail.refused memory.full',
  'model.batched model.no-tier model.none-left model.refused model.unreachable model.waiting newsletter.changed',
  'newsletter.early newsletter.grown newsletter.left plan.bad-limit plan.bad-name plan.bad-wire plan.cycle',
  'plan.duplicate-name plan.external-control plan.extra-input plan.missing-input plan.not-produced plan.over-budget',
  'plan.stale plan.ungated plan.unknown-doer plan.unknown-source plan.wrong-type pointer.closed pointer.gone',
  'queue.full queue.stale-fence release.bad-shares release.failing-eval release.needs-code release.none',
  'release.not-possible release.unfit release.unproven release.withdrawn role.nobody run.not-possible',
  'sandbox.busy sandbox.changed sandbox.cpu sandbox.crashed sandbox.failed sandbox.forbidden sandbox.memory',
  'sandbox.misfit sandbox.no-wall sandbox.output sandbox.protocol sandbox.time sandbox.unavailable schedule.configured schedule.taken',
  'secret.missing skill.forbidden skill.invalid skill.missing skill.undeclared',
  'soloist.bug source.changed store.busy store.corrupt store.full store.migration-failed store.newer',
  'store.owned store.sealed store.unwritable subscription.copied subscription.dead subscription.gone',
  'taint.recipient task.cancelled task.deadline task.not-due task.not-possible task.over-time',
  'task.too-many-items telemetry.dropped telemetry.not-installed telemetry.unreachable test.none trial.no-effect',
  'trial.nothing-recorded upkeep.drifting upkeep.due upkeep.failing upkeep.not-possible upkeep.over upkeep.unused',
  'vault.forgotten vault.missing-key vault.wrong-key vcard.unreadable wait.misfit wait.open wait.over webhook.busy',
  'webhook.failures webhook.knocking webhook.method webhook.no-workflow webhook.not-possible webhook.shapeless',
  'webhook.slow webhook.type webhook.unsigned',
].flatMap((line) => line.split(' '))

test('every fault keeps its code', () => {
  expect(Object.keys(catalogue).sort()).toEqual(codes)
})
