//! Database schema, one reversible step per file.
