//! Owns the export of spans by OTLP over HTTP. Called by the set-up of the log, where the feature `otlp` is built in and an
//! endpoint is configured. Never exports what the log would not show.

use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use std::sync::OnceLock;
use tracing::Subscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::registry::LookupSpan;

/// What collects the spans of this process; a process has one log.
static PROVIDER: OnceLock<SdkTracerProvider> = OnceLock::new();

/// Makes the layer that hands spans to the collector at this address, such as `http://127.0.0.1:4318`; none if it cannot be
/// used.
pub(super) fn layer<S>(endpoint: &str) -> Result<impl Layer<S> + use<S>, String>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    let exporter = SpanExporter::builder()
        .with_http()
        .with_endpoint(format!("{endpoint}/v1/traces"))
        .build()
        .map_err(|error| error.to_string())?;
    let provider = SdkTracerProvider::builder()
        .with_batch_exporter(exporter)
        .with_resource(Resource::builder().with_service_name("maitred").build())
        .build();
    let tracer = provider.tracer("maitred");
    // The first counts, as for the log.
    let _ = PROVIDER.set(provider);
    Ok(tracing_opentelemetry::layer()
        .with_tracer(tracer)
        .with_location(false)
        .with_threads(false))
}

/// Sends what is left. Blocks for some seconds at most.
pub fn flush() {
    if let Some(Err(error)) = PROVIDER.get().map(SdkTracerProvider::force_flush) {
        tracing::warn!(%error, "last traces not sent");
    }
}
