import type { Entry } from './entry.ts'

/** The store, its lock, the vault, the journal, archives and backups. */
export const storeFaults = {
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
    says: 'This company has been moved: it was sealed at {at}, and its archive was written to {archive}.',
    next: "Work goes on where the archive is imported: 'soloist import {archive} FOLDER'. Nothing is done here any more.",
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
    says: 'The secret "{name}", which {adapter} needs, is not set.',
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
  'archive.used': {
    retry: 'never',
    says: '{path} has moved its company already: it was imported at {at} into {folder} on {machine}.',
    next: 'Go on there. If that company is lost, add --again: the second one is a paused copy that asks about everything that was on its way out. Two that both work would both send.',
  },
  'archive.wrong-passphrase': {
    retry: 'never',
    says: 'The passphrase does not open {path}.',
    next: 'Try again with the passphrase of the export; nothing was imported.',
  },
  'backup.off': {
    retry: 'never',
    says: 'The config of this company says nothing of backups.',
    next: "Say every, to and keep of backup in soloist.config.ts, or write one archive with 'soloist export FILE'.",
  },
  'backup.failed': {
    retry: 'later',
    says: 'There has been no backup since {since}: {why}',
    next: "It is tried again at {at}; at once with 'soloist backup now'.",
  },
  'backup.changed': {
    retry: 'never',
    says: '{path} is not what was written: {why}.',
    next: "Do not restore it. Make another with 'soloist backup now', and look at the disk that holds it.",
  },
} as const satisfies Record<string, Entry>
