//! Owns the putting together of RingCentral's side: one client, and what shares it. Opened by `app`, which starts its
//! tasks and hands out its parts. Starts nothing and asks for nothing itself.

use super::carrier::{NoCarrier, RestCarrier};
use super::client::Client;
use super::devices::Devices;
use super::error::Error;
use super::keeper::{Keeper, Timing};
use super::limits::Group;
use super::recordings::RecordingLog;
use super::standing::{Standing, Subscribed};
use super::subscription::Wanted;
use crate::config::{RingCentral, RingCentralDevice};
use maitred_actors::ports::carrier::Carrier;
use std::sync::Arc;

/// What a server has of RingCentral.
pub struct Office {
    /// The client that all the others share; none without a REST application.
    pub client: Option<Client>,
    /// Commands to calls, and texts.
    pub carrier: Arc<dyn Carrier>,
    /// Our device; none without a REST application.
    pub devices: Option<Devices>,
    /// Recordings; none without a REST application.
    pub recordings: Option<RecordingLog>,
    /// Keeps the webhook subscription; none where something for it is not configured.
    pub keeper: Option<Keeper>,
    /// How the subscription stands.
    pub subscription: Standing,
}

impl Office {
    /// Puts together what is configured; `count` is told usage group and result of each request.
    pub fn open(
        config: &RingCentral,
        count: impl Fn(Group, &'static str) + Send + Sync + 'static,
    ) -> Result<Self, Error> {
        let Some(credentials) = config.credentials.clone() else {
            let missing = "set RC_CLIENT_ID, RC_CLIENT_SECRET and RC_JWT_TOKEN";
            return Ok(Self {
                client: None,
                carrier: Arc::new(NoCarrier),
                devices: None,
                recordings: None,
                keeper: None,
                subscription: Standing::new(Subscribed::NotConfigured(missing)),
            });
        };
        let client = Client::new(&config.urls, credentials, Arc::new(count))?;
        let chosen = match &config.device {
            RingCentralDevice::Id(id) => Some(id.clone()),
            RingCentralDevice::First | RingCentralDevice::None => None,
        };
        let devices = Devices::new(client.clone(), chosen);
        let carrier = RestCarrier::new(client.clone(), devices.clone(), config.texts_from.clone());
        let recordings = RecordingLog::new(client.clone());
        let (keeper, subscription) = match wanted(config) {
            Ok(wanted) => {
                let standing = Standing::new(Subscribed::NotYet);
                let keeper =
                    Keeper::new(client.clone(), wanted, Timing::default(), standing.clone());
                (Some(keeper), standing)
            }
            Err(missing) => (None, Standing::new(Subscribed::NotConfigured(missing))),
        };
        Ok(Self {
            client: Some(client),
            carrier: Arc::new(carrier),
            devices: Some(devices),
            recordings: Some(recordings),
            keeper,
            subscription,
        })
    }
}

/// The subscription that is to be, or what is missing for one.
fn wanted(config: &RingCentral) -> Result<Wanted, &'static str> {
    let webhook = &config.webhook;
    let address = webhook.url.clone().ok_or("set RC_WEBHOOK_URL")?;
    let verification_token = webhook
        .verification_token
        .clone()
        .ok_or("set RC_WEBHOOK_VERIFICATION_TOKEN or RC_WEBHOOK_SECRET")?;
    Ok(Wanted {
        address,
        verification_token,
    })
}
