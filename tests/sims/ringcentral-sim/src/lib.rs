//! A server and telephones that speak RingCentral's protocols.
