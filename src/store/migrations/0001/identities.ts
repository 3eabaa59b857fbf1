/** Who the company knows, and what it knows about them. */
export const identities = `
CREATE TABLE identities (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  name TEXT,
  made_at INTEGER NOT NULL,
  forgotten_at INTEGER,
  CHECK ((name IS NULL) = (forgotten_at IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX identities_by_kind ON identities (kind, id);
CREATE TABLE handles (
  system TEXT NOT NULL,
  value TEXT NOT NULL,
  identity_id TEXT NOT NULL REFERENCES identities (id),
  source_seq INTEGER NOT NULL REFERENCES events (seq),
  PRIMARY KEY (system, value)
) STRICT, WITHOUT ROWID;
CREATE INDEX handles_by_identity ON handles (identity_id, source_seq);
CREATE TABLE facts (
  id TEXT PRIMARY KEY,
  identity_id TEXT NOT NULL REFERENCES identities (id),
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  source_seq INTEGER NOT NULL REFERENCES events (seq),
  origin TEXT NOT NULL CHECK (origin IN ('operator', 'system', 'external')),
  confidence REAL NOT NULL CHECK (confidence BETWEEN 0 AND 1),
  recorded_at INTEGER NOT NULL,
  valid_from INTEGER,
  valid_until INTEGER,
  superseded_by TEXT REFERENCES facts (id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX facts_current ON facts (identity_id, key) WHERE superseded_by IS NULL;
-- A new fact settles the old one's deferred reference, which SQLite looks up by this column.
CREATE INDEX facts_superseded ON facts (superseded_by) WHERE superseded_by IS NOT NULL;
CREATE INDEX facts_by_identity ON facts (identity_id, key, source_seq);
CREATE TABLE memberships (
  audience_id TEXT NOT NULL REFERENCES identities (id),
  identity_id TEXT NOT NULL REFERENCES identities (id),
  status TEXT NOT NULL CHECK (status IN ('active', 'unsubscribed', 'bounced')),
  since INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  source_seq INTEGER NOT NULL REFERENCES events (seq),
  PRIMARY KEY (audience_id, identity_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX memberships_by_status ON memberships (audience_id, status, identity_id);
CREATE INDEX memberships_by_identity ON memberships (identity_id);
CREATE TABLE pointers (
  id TEXT PRIMARY KEY,
  identity_id TEXT NOT NULL REFERENCES identities (id),
  adapter TEXT NOT NULL,
  external_id TEXT NOT NULL,
  url TEXT,
  title TEXT,
  content_hash TEXT,
  seen_at INTEGER NOT NULL,
  source_seq INTEGER NOT NULL REFERENCES events (seq),
  UNIQUE (identity_id, adapter, external_id)
) STRICT, WITHOUT ROWID;

-- Texts from outside that actions put down where they may be read again, by their hash: what is read there is still from outside.
CREATE TABLE outside_texts (
  hash TEXT PRIMARY KEY,
  source_seq INTEGER NOT NULL REFERENCES events (seq)
) STRICT, WITHOUT ROWID;
`
