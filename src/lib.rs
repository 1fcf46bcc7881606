//! Maitred answers the phone for a small business. The edge: vendors, HTTP, SQL; the heart is `maitred_actors`.

pub mod adapters;
pub mod config;
pub mod ingress;
pub mod media;
pub mod telemetry;
