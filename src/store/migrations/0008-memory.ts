/** What makes of many records and many words one picture: merges, relations, interactions, commitments, and knowledge in versions. */
export const memory = `
CREATE TABLE merges (
  id TEXT PRIMARY KEY,
  from_id TEXT NOT NULL REFERENCES identities (id),
  into_id TEXT NOT NULL REFERENCES identities (id),
  merged_seq INTEGER NOT NULL REFERENCES events (seq),
  undone_seq INTEGER REFERENCES events (seq),
  CHECK (from_id <> into_id),
  CHECK (undone_seq > merged_seq)
) STRICT, WITHOUT ROWID;
-- Whom an identity is merged into stands here and nowhere else: each has at most one, so that they form trees.
CREATE UNIQUE INDEX merges_standing ON merges (from_id) WHERE undone_seq IS NULL;
CREATE INDEX merges_into ON merges (into_id) WHERE undone_seq IS NULL;
CREATE INDEX merges_by_time ON merges (merged_seq);
CREATE TRIGGER merges_are_undone_once BEFORE UPDATE ON merges WHEN OLD.undone_seq IS NOT NULL
  BEGIN SELECT RAISE(ABORT, 'a merge is undone once'); END;
CREATE TRIGGER merges_join_roots BEFORE INSERT ON merges
  WHEN EXISTS (SELECT 1 FROM merges WHERE undone_seq IS NULL AND from_id IN (NEW.from_id, NEW.into_id))
  BEGIN SELECT RAISE(ABORT, 'only roots are merged'); END;

-- Two that the operator said are not the same; the lesser id first.
CREATE TABLE distinctions (
  one_id TEXT NOT NULL REFERENCES identities (id),
  other_id TEXT NOT NULL REFERENCES identities (id),
  seq INTEGER NOT NULL REFERENCES events (seq),
  PRIMARY KEY (one_id, other_id),
  CHECK (one_id < other_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE relations (
  id TEXT PRIMARY KEY,
  from_id TEXT NOT NULL REFERENCES identities (id),
  kind TEXT NOT NULL,
  to_id TEXT NOT NULL REFERENCES identities (id),
  origin TEXT NOT NULL CHECK (origin IN ('operator', 'system', 'external')),
  made_at INTEGER NOT NULL,
  made_seq INTEGER NOT NULL REFERENCES events (seq),
  ended_seq INTEGER REFERENCES events (seq),
  CHECK (from_id <> to_id),
  CHECK (ended_seq > made_seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX relations_standing ON relations (from_id, kind, to_id) WHERE ended_seq IS NULL;
CREATE INDEX relations_to ON relations (to_id, made_seq);
CREATE INDEX relations_from ON relations (from_id, made_seq);

-- A snapshot looks at the newest that is known of someone, not at all of it.
CREATE INDEX facts_newest ON facts (identity_id, source_seq) WHERE superseded_by IS NULL;

CREATE TABLE fact_pins (
  identity_id TEXT NOT NULL REFERENCES identities (id),
  key TEXT NOT NULL,
  seq INTEGER NOT NULL REFERENCES events (seq),
  PRIMARY KEY (identity_id, key)
) STRICT, WITHOUT ROWID;

-- What was said, to whom and when. The words are in the event.
CREATE TABLE interactions (
  seq INTEGER PRIMARY KEY REFERENCES events (seq),
  identity_id TEXT NOT NULL REFERENCES identities (id),
  channel TEXT NOT NULL,
  external_id TEXT,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX interactions_by_identity ON interactions (identity_id, at);
CREATE UNIQUE INDEX interactions_once ON interactions (channel, external_id) WHERE external_id IS NOT NULL;

CREATE TABLE commitments (
  id TEXT PRIMARY KEY,
  identity_id TEXT NOT NULL REFERENCES identities (id),
  by TEXT NOT NULL CHECK (by IN ('us', 'them')),
  state TEXT NOT NULL CHECK (state IN ('open', 'kept', 'dropped')),
  origin TEXT NOT NULL CHECK (origin IN ('operator', 'system', 'external')),
  due_at INTEGER,
  made_at INTEGER NOT NULL,
  made_seq INTEGER NOT NULL REFERENCES events (seq),
  ended_seq INTEGER REFERENCES events (seq),
  CHECK ((state = 'open') = (ended_seq IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX commitments_by_identity ON commitments (identity_id, made_seq);
CREATE INDEX commitments_open ON commitments (identity_id, due_at) WHERE state = 'open';
CREATE INDEX commitments_due ON commitments (due_at) WHERE state = 'open';

-- How far an identity's history is distilled.
CREATE TABLE distilled (
  identity_id TEXT PRIMARY KEY REFERENCES identities (id),
  until_seq INTEGER NOT NULL REFERENCES events (seq),
  seq INTEGER NOT NULL REFERENCES events (seq)
) STRICT, WITHOUT ROWID;

-- The version of each knowledge file that is in force. Their bodies are artifacts.
CREATE TABLE knowledge (
  path TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('template', 'rule', 'policy', 'playbook')),
  hash TEXT NOT NULL REFERENCES artifacts (hash),
  seq INTEGER NOT NULL REFERENCES events (seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE proposals (
  id TEXT PRIMARY KEY,
  path TEXT NOT NULL,
  -- What it would change; NULL where it would be new.
  base_hash TEXT REFERENCES artifacts (hash),
  -- The version that it would make: an artifact only once it is accepted.
  hash TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'accepted', 'refused')),
  made_at INTEGER NOT NULL,
  made_seq INTEGER NOT NULL REFERENCES events (seq),
  decided_seq INTEGER REFERENCES events (seq),
  CHECK ((state = 'open') = (decided_seq IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX proposals_by_state ON proposals (state, made_seq);
CREATE INDEX proposals_by_path ON proposals (path, state);

-- What became of the artifacts behind pointers; unchecked until somebody looks.
ALTER TABLE pointers ADD COLUMN state TEXT NOT NULL DEFAULT 'unchecked'
  CHECK (state IN ('unchanged', 'changed', 'gone', 'unchecked'));
ALTER TABLE pointers ADD COLUMN state_since INTEGER;
ALTER TABLE pointers ADD COLUMN checked_seq INTEGER REFERENCES events (seq);
`
