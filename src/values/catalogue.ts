/**
 * Every operating fault: its code, whether trying again helps, what it says and what comes next. docs/faults.md is made from
 * this file, and a test demands that each code is produced by some test. Names in braces are filled in.
 */
export const catalogue = {
  // Input and configuration
  'input.not-json': {
    retry: 'never',
    says: '{source} is not JSON: {why}.',
    next: 'Correct it and give it again; nothing was changed.',
  },
  'input.invalid': {
    retry: 'never',
    says: '{what} does not fit: {why}.',
    next: 'Correct these fields and try again; nothing was changed.',
  },
  'input.unknown': {
    retry: 'never',
    says: 'There is no {kind} called "{name}".{nearest}',
    next: 'See what there is: {command}.',
  },
  'input.too-large': {
    retry: 'never',
    says: '{what} is {size}; the limit is {limit}.',
    next: 'Make it smaller or split it; nothing was changed.',
  },
  'config.missing': {
    retry: 'never',
    says: 'There is no soloist.config.ts in {folder}.',
    next: "Make a company here with 'soloist init', or name its folder with --company.",
  },
  'config.broken': {
    retry: 'never',
    says: '{file} cannot be loaded: {why}.',
    next: "Correct the file; 'soloist doctor' checks it again.",
  },
  'config.unknown-key': {
    retry: 'never',
    says: '{file} has a key "{key}" that means nothing.{nearest}',
    next: 'Rename or remove it.',
  },
  'init.occupied': {
    retry: 'never',
    says: '{folder} already holds {what}.',
    next: 'Nothing was changed. Choose another folder, or go on with what is there.',
  },
  'config.invalid': { retry: 'never', says: '{file}: {why}.', next: "Correct it; 'soloist doctor' checks it again." },

  // Store, lock, vault, journal
  'store.owned': {
    retry: 'later',
    says: 'The company in {folder} is already open in another process.',
    next: "Use the one that runs ('soloist doctor' shows where), or stop it first.",
  },
  'store.unwritable': {
    retry: 'never',
    says: '{path} cannot be written: {why}.',
    next: 'Give this user the right to write there, or choose another folder.',
  },
  'store.full': {
    retry: 'later',
    says: 'The disk that holds {path} is full.',
    next: 'Nothing was lost: what was not confirmed did not happen. Make room, then go on; work resumes by itself.',
  },
  'store.corrupt': {
    retry: 'never',
    says: '{path} cannot be read: {why}.',
    next: "Restore it with 'soloist import' from the last export; do not delete the file.",
  },
  'store.busy': {
    retry: 'later',
    says: 'Another process has been writing to {path} for more than {seconds} s.',
    next: 'Nothing was changed. Close what else has the file open (a database tool, a backup), then try again.',
  },
  'store.newer': {
    retry: 'never',
    says: '{path} has schema {found}; this Soloist knows up to {known}.',
    next: 'Install the newer Soloist that wrote it.',
  },
  'store.migration-failed': {
    retry: 'never',
    says: 'Migration {number} failed on a copy: {why}.',
    next: 'The company is unchanged. Report this with the message.',
  },
  'store.sealed': {
    retry: 'never',
    says: 'This company has been moved: it was sealed at {at}.',
    next: 'Work goes on where its archive was imported.',
  },
  'vault.missing-key': {
    retry: 'never',
    says: 'The key of the vault is missing: neither {path} nor SOLOIST_VAULT_KEY.',
    next: 'Put the key back from your backup; without it the company cannot be read.',
  },
  'vault.wrong-key': {
    retry: 'never',
    says: 'The key of the vault does not open this company.',
    next: 'Use the key that was made with this company ({path}).',
  },
  'vault.forgotten': {
    retry: 'never',
    says: '{identity} has been forgotten: the key to what it said is destroyed.',
    next: 'Nothing can bring it back; the chain still verifies.',
  },
  'secret.missing': {
    retry: 'never',
    says: 'The {adapter} adapter needs the secret "{name}", which is not set.',
    next: "Set it with 'soloist secret set {name}'; held work goes on by itself.",
  },
  'journal.broken': {
    retry: 'never',
    says: 'The chain of the journal breaks at event {seq}: {why}.',
    next: 'Everything before {seq} is intact. Compare with your last export before you go on.',
  },
  'archive.invalid': {
    retry: 'never',
    says: '{path} is not a whole archive: {why}.',
    next: 'Nothing was imported. Use another copy.',
  },
  'archive.occupied': {
    retry: 'never',
    says: '{folder} is already there.',
    next: 'Nothing was overwritten. Import into an empty folder; export to a name that is free.',
  },
  'archive.unquiet': {
    retry: 'later',
    says: 'Something happened each of the {tries} times that the archive was written, so that it was never the last word.',
    next: 'Nothing was sealed. Close the desk and what else calls this company, then move it.',
  },
  'archive.wrong-passphrase': {
    retry: 'never',
    says: 'The passphrase does not open {path}.',
    next: 'Try again with the passphrase of the export; nothing was imported.',
  },

  // Plans
  'plan.cycle': {
    retry: 'never',
    says: 'Tasks need each other in a circle: {path}.',
    next: 'Remove one of these edges.',
  },
  'plan.missing-input': {
    retry: 'never',
    says: 'Task "{task}" gets no "{input}", which {doer} needs.',
    next: 'Wire "{input}" to a value, the run\'s input or another task\'s output.',
  },
  'plan.extra-input': {
    retry: 'never',
    says: 'Task "{task}" gets "{input}", which {doer} does not take.{nearest}',
    next: 'Remove or rename it.',
  },
  'plan.wrong-type': {
    retry: 'never',
    says: 'Task "{task}": "{input}" should be {expected}, and {source} is {found}.',
    next: 'Wire something of the right type.',
  },
  'plan.unknown-doer': {
    retry: 'never',
    says: 'Task "{task}" is to be done by "{doer}", which nobody here is called.{nearest}',
    next: 'Use one of the agents, actions or functions that the plan may use.',
  },
  'plan.unknown-source': {
    retry: 'never',
    says: 'Task "{task}": "{input}" comes from "{source}", which is not in the plan.{nearest}',
    next: 'Wire it to a task that is.',
  },
  'plan.duplicate-name': {
    retry: 'never',
    says: 'Two tasks are called "{task}".',
    next: 'Rename one: names are unique and permanent.',
  },
  'plan.bad-name': {
    retry: 'never',
    says: '"{name}" cannot be a name in a plan: {why}.',
    next: 'Use small letters, digits and hyphens, at most 64, and a name of its own for each doer.',
  },
  'plan.bad-wire': {
    retry: 'never',
    says: 'Task "{task}": "{input}" cannot be wired so: {why}.',
    next: 'Pass a ref that the body around it can see, or a literal that is plain JSON.',
  },
  'plan.ungated': {
    retry: 'never',
    says: 'Task "{task}" does {action}, which is {risk}, and no gate before it shows the operator what is sent.',
    next: 'Put a gate that covers {action} on exactly what goes into it, and wire it from there.',
  },
  'plan.over-budget': {
    retry: 'never',
    says: 'The tasks may cost {sum}, more than the {limit} of the run.',
    next: 'Lower the budgets of the tasks or raise that of the run.',
  },
  'plan.bad-limit': { retry: 'never', says: 'Task "{task}": {why}.', next: 'Give a limit that makes sense.' },
  'plan.external-control': {
    retry: 'never',
    says: 'Task "{task}" would let text from outside {control}.',
    next: "Decide it from the operator's input or put a gate before it.",
  },
  'plan.stale': {
    retry: 'never',
    says: 'Task "{task}" no longer fits {doer}: {why}.',
    next: 'Retry the task after the doer takes this input again, or cancel the run.',
  },
  'plan.not-produced': {
    retry: 'now',
    says: 'The planner "{planner}" gave no usable plan: {why}.',
    next: 'It is asked again with this message, then the operator.',
  },

  // Runs, tasks and the queue
  'run.not-possible': { retry: 'never', says: '{run} is {state}; it cannot {verb}.', next: '{hint}' },
  'task.not-possible': { retry: 'never', says: '{task} is {state}; it cannot {verb}.', next: '{hint}' },
  'task.not-due': { retry: 'later', says: 'Task "{task}" is due at {at}.', next: 'It goes on by itself.' },
  'task.over-time': {
    retry: 'later',
    says: 'Task "{task}" used up its {limit} of working time.',
    next: "Retry it, or give it more time in the workflow: 'soloist retry {id}'.",
  },
  'task.cancelled': { retry: 'never', says: 'Task "{task}" was cancelled.', next: 'Nothing more will happen in it.' },
  'task.deadline': {
    retry: 'never',
    says: 'The run passed its deadline of {deadline} before task "{task}" was done.',
    next: "Start it again with 'soloist run', or undo what it did with 'soloist undo {run}'.",
  },
  'task.too-many-items': {
    retry: 'never',
    says: 'Task "{task}" got {count} items; its max is {max}.',
    next: 'Raise max in the workflow, or give it fewer.',
  },
  'task.code-agent': {
    retry: 'never',
    says: 'Agent "{agent}" is code, and agents that are code do not run in this version.',
    next: 'Give it instructions and a tier instead, or wait for the sandbox of a later version.',
  },
  'task.item-failed': {
    retry: 'never',
    says: '{count} of the items of "{task}" failed; the first: {first}',
    next: "Retry the failed tasks with 'soloist retry', or let the workflow go on without them (onFailure: 'continue').",
  },
  'queue.full': {
    retry: 'later',
    says: 'The queue already holds {depth} tasks; its limit is {limit}.',
    next: 'Nothing was started. Try again when some are done, or raise limits.depth in the config.',
  },
  'queue.stale-fence': {
    retry: 'never',
    says: 'Attempt {fence} of {task} was overtaken by a newer one.',
    next: 'Its result is dropped; the newer attempt goes on.',
  },
  'function.failed': {
    retry: 'never',
    says: 'Function "{name}" failed: {why}.',
    next: 'Correct the function and start the run again.',
  },

  // Effects and adapters
  'effect.in-doubt': {
    retry: 'never',
    says: '{action} to {target} may or may not have happened.',
    next: "Look it up at the provider, then answer 'soloist decide {gate} --went-out' or '--did-not'.",
  },
  'effect.key-reused': {
    retry: 'never',
    says: 'The effect {key} was meant for other content.',
    next: 'The task is held. Cancel the run or undo it.',
  },
  'effect.not-undoable': {
    retry: 'never',
    says: '{action} cannot be undone.',
    next: 'Settle it at the provider, then tell Soloist: soloist decide {gate}.',
  },
  'adapter.missing': {
    retry: 'never',
    says: 'No adapter in the config performs {action}.',
    next: 'Add one to adapters in soloist.config.ts.',
  },
  'adapter.unreachable': {
    retry: 'later',
    says: '{adapter} does not answer: {why}.',
    next: 'It is tried again with growing pauses.',
  },
  'adapter.refused': {
    retry: 'never',
    says: '{adapter} refused {action}: {why}.',
    next: 'Correct the cause, then retry the task.',
  },
  'adapter.nonsense': {
    retry: 'never',
    says: '{adapter} answered {action} with something that it should not: {why}.',
    next: 'Check the provider; the task is kept and can be retried.',
  },
  'adapter.busy': {
    retry: 'later',
    says: '{adapter} asks us to wait: {why}.',
    next: 'It is tried again after the pause it asked for.',
  },
  'adapter.stopped': {
    retry: 'later',
    says: '{adapter} was told to stop before it began {action}.',
    next: 'Nothing was done; it is done when the task goes on.',
  },
  'mail.refused': {
    retry: 'never',
    says: 'The server at {server} refused {address} ({why}).',
    next: "Correct the address with 'soloist identity', then 'soloist retry'.",
  },
  'mail.interrupted': {
    retry: 'never',
    says: 'The connection to {server} broke while a mail to {address} was being handed over.',
    next: 'Whether it went out is looked up or asked.',
  },
  'newsletter.early': {
    retry: 'later',
    says: 'The issue is to go out at {at}, which is not yet.',
    next: 'It is sent then.',
  },
  'newsletter.left': {
    retry: 'never',
    says: '{member} left the audience before their letter was sent.',
    next: 'They get none. The others do.',
  },
  'feed.malformed': {
    retry: 'never',
    says: '{url} is not a feed that can be read: {why}.',
    next: 'Check the address; the other feeds were read.',
  },
  'fetch.refused': {
    retry: 'never',
    says: '{url} was not fetched: {why}.',
    next: 'Allow the address in the config, or use another.',
  },
  'fetch.failed': {
    retry: 'later',
    says: '{url} could not be fetched: {why}.',
    next: 'It is tried again with growing pauses.',
  },
  'document.outside': {
    retry: 'never',
    says: '{path} is outside the folder of documents.',
    next: 'Use a path inside it.',
  },
  'document.missing': {
    retry: 'never',
    says: 'There is no document {path}.',
    next: 'See what there is with documents.list, or put the file there.',
  },
  'document.changed': {
    retry: 'never',
    says: '{path} was changed by someone else after it was written.',
    next: 'It was left as it is. Look at it, and restore what you want by hand.',
  },

  // Gates, grants, taint
  'gate.decided': {
    retry: 'never',
    says: '{gate} was {verdict} already, at {at}.',
    next: 'A gate is answered once; start the work again if you changed your mind.',
  },
  'gate.changed': {
    retry: 'never',
    says: 'What {gate} approved is no longer what would be sent.',
    next: 'The gate has been opened again on the new content.',
  },
  'gate.cannot-edit': {
    retry: 'never',
    says: '{gate} takes no edits: {why}.',
    next: 'Approve or reject it instead.',
  },
  'gate.cannot-return': {
    retry: 'never',
    says: '{gate} cannot be sent back: {why}.',
    next: 'Approve or reject it instead.',
  },
  'gate.one-by-one': {
    retry: 'never',
    says: '{gate} asks for a decision of its own, not one for many.',
    next: "Decide it with 'soloist decide {gate}'; nothing was decided.",
  },
  'gate.confirm-only': {
    retry: 'never',
    says: '{gate} wants an answer of its own; it cannot be answered with others.',
    next: "Look at it with 'soloist show {gate}', then 'soloist decide {gate}'.",
  },
  'gate.rejected': {
    retry: 'never',
    says: 'The operator rejected "{task}": {reason}',
    next: 'The run ends here; start another when you want it after all.',
  },
  'gate.expired': {
    retry: 'never',
    says: 'Nobody answered "{task}" in time.',
    next: "Start the run again with 'soloist run', or give the gate more time (within).",
  },
  'grant.too-wide': { retry: 'never', says: 'A grant cannot cover {what}.', next: 'Decide these one by one.' },
  'grant.not-possible': { retry: 'never', says: '{grant} is {state}.', next: 'See soloist grant list.' },
  'taint.recipient': {
    retry: 'never',
    says: 'Text from outside chose {recipient}, who is not whom this run is about.',
    next: "Nothing was sent. Choose the recipient in the workflow or in the operator's input.",
  },

  // Budgets and models
  'budget.exhausted': {
    retry: 'later',
    says: '{scope} has {left} left of {limit}, and this step may cost {needed}.',
    next: "Raise it with 'soloist budget set {scope} AMOUNT'; the work then goes on.",
  },
  'budget.not-held': {
    retry: 'never',
    says: 'Reservation {reservation} is {state}; it cannot be {verb}.',
    next: 'The attempt that made it was overtaken; the newer one reserves anew.',
  },
  'budget.unknown-price': {
    retry: 'never',
    says: 'The price of {model} is not known, so it cannot be reserved.',
    next: "Declare its price in the config (price: 'free' for a local one), or choose another model.",
  },
  'model.unreachable': {
    retry: 'later',
    says: '{model} does not answer: {why}.',
    next: 'It is tried again with growing pauses.',
  },
  'model.refused': {
    retry: 'never',
    says: '{model} refused the request: {why}.',
    next: 'Check the key and the model in the config, then retry the task.',
  },
  'model.no-tier': {
    retry: 'never',
    says: 'No model in the config serves the tier "{tier}".',
    next: 'Add one to models in soloist.config.ts.',
  },
  'agent.bad-output': {
    retry: 'now',
    says: 'Agent "{agent}" did not give what it promised, not even when asked again: {why}.',
    next: 'The task is tried again, then shown to you.',
  },
  'agent.too-many-turns': {
    retry: 'never',
    says: 'Agent "{agent}" took {turns} turns without an answer.',
    next: 'Simplify its job or raise maxTurns.',
  },
  'agent.missing-instructions': {
    retry: 'never',
    says: 'The instructions of agent "{agent}" are not at {path}.',
    next: 'Put the Markdown file there.',
  },
  'agent.forbidden-tool': {
    retry: 'never',
    says: 'Agent "{agent}" asked for {tool}, which it may not use.',
    next: 'It is told so; nothing was done.',
  },

  // Identity
  'identity.unknown': {
    retry: 'never',
    says: 'Nobody is known as {handle}.',
    next: "See 'soloist identity list', or add them with 'soloist identity add'.",
  },
  'identity.no-audience': {
    retry: 'never',
    says: 'There is no audience {handle}.',
    next: 'Run: soloist identity add audience "{name}" {handle}',
  },
  'identity.taken': { retry: 'never', says: '{handle} already belongs to {identity}.', next: 'Use that identity.' },
  'csv.unreadable': {
    retry: 'never',
    says: 'Line {line} of {path} cannot be read: {why}.',
    next: 'Correct the line; nothing was imported.',
  },

  // Company
  'company.paused': {
    retry: 'later',
    says: 'The company is paused: {why}.',
    next: "Work waits; go on with 'soloist resume'.",
  },
  'desk.unreachable': {
    retry: 'later',
    says: 'The desk at {url} does not answer: {why}.',
    next: "See whether 'soloist start' still runs, then try again.",
  },
  'soloist.bug': {
    retry: 'never',
    says: 'Soloist itself went wrong: {why}.',
    next: 'What was not confirmed did not happen. Report it with what you did.',
  },
  'api.unauthorized': {
    retry: 'never',
    says: 'This request carries no valid token.',
    next: 'Send the token from .soloist/token as a Bearer token.',
  },
  'api.forbidden-origin': {
    retry: 'never',
    says: 'Requests from {origin} are not accepted.',
    next: 'Use the address that soloist start printed.',
  },
  'api.public-address': {
    retry: 'never',
    says: '{host} is a public address, and the desk has no authentication beyond its token.',
    next: 'Listen on 127.0.0.1 and put a tunnel or a proxy with authentication before it.',
  },
  'api.port-taken': {
    retry: 'never',
    says: 'Port {port} is taken.',
    next: "Choose another: 'soloist start --port {other}'.",
  },
} as const satisfies Record<string, { retry: 'now' | 'later' | 'never'; says: string; next: string }>
