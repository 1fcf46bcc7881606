//! Contracts with the world outside: our adapters against real peers and recorded vendors.

mod baresip;
mod phone;
