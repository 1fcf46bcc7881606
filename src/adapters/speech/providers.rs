//! Owns the choice of providers by configuration: Deepgram with a second recogniser behind the first, or the local
//! engines. Called once at start.

use super::deepgram::{Aura, DeepgramConfig, Flux, Nova, Prerecorded};
use super::local::LocalSpeech;
use crate::app::Providers;
use crate::config::{Deepgram, DeepgramListen, Speech, SpeechEngine};
use maitred_actors::ports::hearing::Hearing;
use maitred_speech_engines::models;
use std::sync::Arc;

/// Makes the providers. The local engines are fetched first if they are not there.
pub async fn providers(speech: &Speech) -> anyhow::Result<Providers> {
    match &speech.engine {
        SpeechEngine::Deepgram(deepgram) => vendor(deepgram, &speech.voice_model),
        SpeechEngine::Local => local().await,
    }
}

fn vendor(deepgram: &Deepgram, voice: &str) -> anyhow::Result<Providers> {
    let mut config = DeepgramConfig::new(&deepgram.url, deepgram.key.clone());
    voice.clone_into(&mut config.voice);
    let flux: Arc<dyn Hearing> = Arc::new(Flux::new(config.clone()));
    let nova: Arc<dyn Hearing> = Arc::new(Nova::new(config.clone()));
    let hearing = match deepgram.listen {
        DeepgramListen::Flux => vec![flux, nova],
        DeepgramListen::Nova => vec![nova, flux],
    };
    Ok(Providers {
        hearing,
        speaking: vec![Arc::new(Aura::new(config.clone()))],
        transcribing: Some(Arc::new(Prerecorded::new(config)?)),
    })
}

async fn local() -> anyhow::Result<Providers> {
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let engines = tokio::task::spawn_blocking(move || {
        let cache = models::default_cache_dir();
        let models = models::open(&cache)
            .or_else(|_| models::pull(&cache, &mut |line| tracing::info!("{line}")))?;
        LocalSpeech::start(&models, threads)
    })
    .await??;
    Ok(Providers {
        hearing: vec![Arc::new(engines.hearing())],
        speaking: vec![Arc::new(engines.speaking())],
        transcribing: Some(Arc::new(engines.transcriber())),
    })
}
