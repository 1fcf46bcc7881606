//! A server that speaks Deepgram's streaming protocols.
