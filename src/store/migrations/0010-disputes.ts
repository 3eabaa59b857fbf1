/** Where facts are in dispute, and as whom somebody was ever read: found without a walk through all that was ever said. */
export const disputes = `
-- An index that no partial index can be, over what two rows say: a fact behind an older one that stands and says otherwise. By triggers, so
-- that no writer of facts has to know of it. What the clock and merges make of it is looked at when it is read.
CREATE TABLE fact_disputes (
  source_seq INTEGER PRIMARY KEY,
  fact_id TEXT NOT NULL UNIQUE REFERENCES facts (id) ON DELETE CASCADE
) STRICT;
INSERT INTO fact_disputes
  SELECT said.source_seq, said.id FROM facts said CROSS JOIN facts stands ON stands.id = said.superseded_by
  WHERE stands.superseded_by IS NULL AND stands.source_seq < said.source_seq AND stands.value <> said.value;
CREATE TRIGGER disputes_begin AFTER INSERT ON facts
  WHEN NEW.superseded_by IS NOT NULL AND EXISTS (
    SELECT 1 FROM facts WHERE id = NEW.superseded_by AND source_seq < NEW.source_seq AND value <> NEW.value
  )
  BEGIN INSERT INTO fact_disputes VALUES (NEW.source_seq, NEW.id); END;
CREATE TRIGGER disputes_end AFTER UPDATE OF superseded_by ON facts
  BEGIN
    DELETE FROM fact_disputes WHERE fact_id = NEW.id;
    DELETE FROM fact_disputes WHERE fact_id IN (SELECT id FROM facts WHERE superseded_by = NEW.id);
  END;

-- As whom a record was ever read.
CREATE INDEX merges_from ON merges (from_id);
`
