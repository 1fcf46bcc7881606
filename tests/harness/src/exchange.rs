//! Owns a house's line at the simulated RingCentral: Maitred registered as its device, with REST and webhooks. Held by the
//! house that asked for it.

use crate::caller::{Caller, DEADLINE, Ear, Telephone};
use ringcentral_sim::phone::{Leg, Reaction};
use ringcentral_sim::{DialPlan, Person, RingCentralSim, SimConfig};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::path::Path;

/// The simulated RingCentral of a house.
pub struct Exchange {
    /// The simulator, for faults and for what it saw.
    pub sim: RingCentralSim,
}

impl Exchange {
    /// Starts it; the certificate of its edge goes into the folder.
    pub async fn start(folder: &Path) -> Self {
        let sim = RingCentralSim::start(SimConfig::default()).await;
        let sim = sim.expect("the simulated RingCentral starts");
        std::fs::write(folder.join("ringcentral.pem"), sim.tls_pem()).expect("a certificate file");
        Self { sim }
    }

    /// Gives the variables of a Maitred that is its device and its application.
    pub fn variables(&self, folder: &Path) -> HashMap<&'static str, String> {
        let device = self.sim.edge().config();
        let application = self.sim.exchange().config();
        let port = self.sim.sip_addr().port();
        let certificate = folder.join("ringcentral.pem").display().to_string();
        HashMap::from([
            ("SIP_REGISTRAR", format!("{}:{port}", device.domain)),
            ("SIP_OUTBOUND_PROXY", self.sim.sip_addr().to_string()),
            ("SIP_TRANSPORT", "tls".to_owned()),
            ("SIP_USER", device.user_name.clone()),
            ("SIP_AUTH_ID", device.authorization_id.clone()),
            ("SIP_PASSWORD", device.password.clone()),
            ("SIP_CA", certificate),
            ("RC_SERVER_URL", self.sim.rest_url()),
            ("RC_MEDIA_URL", self.sim.media_url()),
            ("RC_CLIENT_ID", application.client_id.clone()),
            ("RC_CLIENT_SECRET", application.client_secret.clone()),
            ("RC_JWT_TOKEN", application.jwt.clone()),
            ("RC_SMS_FROM", application.numbers[0].0.clone()),
        ])
    }

    /// Waits until Maitred is registered, and has its webhooks delivered to the address.
    pub(crate) async fn connect(&self, receiver: &str, token: &str) {
        let registered = self.sim.edge().until_registered(DEADLINE).await;
        registered.expect("Maitred registers");
        subscribe(&self.sim, receiver, token)
            .await
            .expect("RingCentral takes the subscription");
    }

    /// Plans a call to Maitred's number.
    pub fn plan(&self) -> DialPlan {
        self.sim.caller()
    }

    /// Plans a call to Maitred's number from this one.
    pub fn plan_from(&self, number: &str) -> DialPlan {
        let mut plan = self.plan();
        plan.from_number = number.to_owned();
        plan
    }

    /// Has somebody call Maitred's number.
    pub async fn ring(&self, plan: DialPlan) -> Caller {
        let name = plan.from_number.clone();
        let call = self.sim.call(plan).await.expect("the caller can dial");
        Caller::at(&name, Telephone::Exchange(Box::new(call)))
    }

    /// Gives somebody a telephone under a number.
    pub async fn person(&self, number: &str, reaction: Reaction) -> Colleague {
        let person = self.sim.person(number, reaction).await;
        Colleague {
            number: number.to_owned(),
            person: person.expect("a telephone"),
        }
    }
}

/// Somebody whom Maitred may call.
pub struct Colleague {
    number: String,
    person: Person,
}

impl Colleague {
    /// Waits until the telephone rings.
    pub async fn is_called(&mut self) -> OnThePhone {
        let leg = self.person.next_call(DEADLINE).await;
        let leg = leg.expect("the person is called");
        let ear = Ear::at(&self.number, leg.audio());
        OnThePhone { leg, ear }
    }
}

/// Somebody whom Maitred called.
pub struct OnThePhone {
    /// The telephone.
    pub leg: Leg,
    ear: Ear,
}

impl OnThePhone {
    /// Waits until a phrase is heard, after everything waited for before.
    pub async fn hears(&mut self, phrase: &str) {
        self.ear.hears(phrase).await;
    }

    /// Says something to the end.
    pub async fn says(&mut self, text: &str) {
        let playing = self.leg.speak(&voice_modem::encode(text));
        tokio::time::timeout(DEADLINE, playing.finished())
            .await
            .expect("words leave the phone in time");
    }
}

/// Has RingCentral deliver what happens on calls to an address.
pub(crate) async fn subscribe(
    sim: &RingCentralSim,
    receiver: &str,
    verification_token: &str,
) -> anyhow::Result<()> {
    let http = reqwest::Client::new();
    let account = sim.exchange().config();
    let url = |path: &str| format!("{}/restapi/{path}", sim.rest_url());
    let form = format!(
        "grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer&assertion={}",
        account.jwt
    );
    let answer = http
        .post(url("oauth/token"))
        .basic_auth(&account.client_id, Some(&account.client_secret))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form)
        .send()
        .await?;
    let token: Value = answer.error_for_status()?.json().await?;
    let subscription = json!({
        "eventFilters": ["/restapi/v1.0/account/~/telephony/sessions?sipData=true"],
        "deliveryMode": {
            "transportType": "WebHook",
            "address": receiver,
            "verificationToken": verification_token,
        },
    });
    let answer = http
        .post(url("v1.0/subscription"))
        .bearer_auth(token["access_token"].as_str().unwrap_or_default())
        .json(&subscription)
        .send()
        .await?;
    let status = answer.status();
    anyhow::ensure!(status.is_success(), "{status}: {}", answer.text().await?);
    Ok(())
}
