/** Budgets, reservations, rates. */
export const money = `
CREATE TABLE budgets (
  scope TEXT NOT NULL,
  period TEXT NOT NULL,
  limit_usd INTEGER CHECK (limit_usd >= 0),
  spent INTEGER NOT NULL CHECK (spent >= 0),
  reserved INTEGER NOT NULL CHECK (reserved >= 0),
  PRIMARY KEY (scope, period)
) STRICT, WITHOUT ROWID;
CREATE TABLE reservations (
  id TEXT PRIMARY KEY,
  run_id TEXT NOT NULL,
  task_id TEXT NOT NULL,
  subject TEXT NOT NULL,
  step TEXT NOT NULL,
  fence INTEGER NOT NULL,
  scopes TEXT NOT NULL,
  amount INTEGER NOT NULL CHECK (amount >= 0),
  state TEXT NOT NULL CHECK (state IN ('held', 'sent', 'settled', 'released', 'unconfirmed')),
  actual INTEGER CHECK (actual >= 0),
  made_at INTEGER NOT NULL,
  CHECK ((actual IS NOT NULL) = (state IN ('settled', 'unconfirmed')))
) STRICT, WITHOUT ROWID;
CREATE INDEX reservations_open ON reservations (task_id) WHERE state IN ('held', 'sent');
CREATE TABLE rates (
  key TEXT NOT NULL,
  window_at INTEGER NOT NULL,
  count INTEGER NOT NULL CHECK (count >= 0),
  PRIMARY KEY (key, window_at)
) STRICT, WITHOUT ROWID;
`
