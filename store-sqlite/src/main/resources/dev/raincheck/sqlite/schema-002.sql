-- Which blobs operations refer to. id: 16 bytes of name, 4 of tenant. part: as payload.id. A retry
-- shares its original's input, so a blob may be here more than once.
CREATE TABLE blob (
  id   BLOB    NOT NULL CHECK (length(id) = 20),
  part INTEGER NOT NULL,
  size INTEGER NOT NULL CHECK (size >= 0),
  PRIMARY KEY (id, part)
) STRICT, WITHOUT ROWID;
