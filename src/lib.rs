//! Maitred answers the phone for a small business. The edge: vendors, HTTP, SQL; the heart is `maitred_actors`.

pub mod adapters;
pub mod app;
pub mod config;
pub mod ingress;
pub mod media;
pub mod telemetry;
pub mod tools;

/// Chooses ring as the process's provider of cryptography; must come before the first TLS connection. A second call
/// changes nothing.
pub fn install_crypto() {
    // An error only says that a provider was chosen before.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
