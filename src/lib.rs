//! Maitred answers the phone for a small business.
pub mod adapters;
pub mod media;
