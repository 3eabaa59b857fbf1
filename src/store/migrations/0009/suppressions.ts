/**
 * Whom an audience must not write to although nobody remembers them: members who were forgotten, by a keyed hash of their address. It says
 * nothing to whoever has no key, and it is found again when the same address comes in a list.
 */
export const suppressions = `
CREATE TABLE suppressions (
  audience_id TEXT NOT NULL REFERENCES identities (id),
  mark TEXT NOT NULL CHECK (length(mark) = 64),
  PRIMARY KEY (audience_id, mark)
) STRICT, WITHOUT ROWID;
`
