/**
 * Answers of models that are kept, to stand in when nobody can be asked. Only where they are: the answer itself is in the event of its step,
 * under its subject's key. `key` is the hash of the whole question.
 */
export const answers = `
CREATE TABLE answers (
  key TEXT PRIMARY KEY CHECK (length(key) = 64),
  subject TEXT NOT NULL REFERENCES identities (id),
  step_seq INTEGER NOT NULL REFERENCES events (seq),
  answered_at INTEGER NOT NULL,
  kept_until INTEGER NOT NULL CHECK (kept_until > answered_at)
) STRICT, WITHOUT ROWID;
CREATE INDEX answers_by_end ON answers (kept_until);
CREATE INDEX answers_by_subject ON answers (subject);
`
