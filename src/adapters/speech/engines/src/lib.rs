//! Local speech engines: hearing and speaking without a cloud account.
