/** Schedules, and which of their occurrences were started or refused. */
export const schedules = `
CREATE TABLE schedules (
  name TEXT PRIMARY KEY,
  source TEXT NOT NULL CHECK (source IN ('config', 'operator')),
  workflow TEXT NOT NULL,
  cron TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  catch_up TEXT NOT NULL CHECK (catch_up IN ('skip', 'once', 'all')),
  state TEXT NOT NULL CHECK (state IN ('active', 'paused', 'removed')),
  -- The event that carries the input.
  set_seq INTEGER NOT NULL REFERENCES events (seq),
  next_nominal TEXT,
  next_at INTEGER,
  -- The event that says why its last occurrence was not started. None once a later one was.
  refused_seq INTEGER REFERENCES events (seq),
  CHECK ((next_nominal IS NULL) = (next_at IS NULL)),
  CHECK (next_at IS NULL OR state = 'active')
) STRICT, WITHOUT ROWID;
CREATE INDEX schedules_due ON schedules (next_at) WHERE next_at IS NOT NULL;
-- The key of an occurrence is its schedule and what the clock on the wall shows: it happens once, whatever the clock does.
CREATE TABLE occurrences (
  schedule TEXT NOT NULL REFERENCES schedules (name),
  nominal TEXT NOT NULL,
  due_at INTEGER NOT NULL,
  run_id TEXT UNIQUE REFERENCES runs (id),
  refused_seq INTEGER REFERENCES events (seq),
  PRIMARY KEY (schedule, nominal),
  CHECK ((run_id IS NULL) <> (refused_seq IS NULL))
) STRICT, WITHOUT ROWID;
`
