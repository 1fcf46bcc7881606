//! Maitred answers the phone for a small business.
