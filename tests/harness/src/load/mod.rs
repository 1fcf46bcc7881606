//! Load on a real server process: `process` is the server under load and what the kernel says of it, `calls` and
//! `webhooks` are two kinds of load. Run by `cargo load`; judges nothing, prints what it saw.

mod calls;
mod process;
mod webhooks;

pub use calls::calls;
pub use webhooks::webhooks;

/// Secret of the deliveries.
const WEBHOOK_SECRET: &str = "a secret of the load";
