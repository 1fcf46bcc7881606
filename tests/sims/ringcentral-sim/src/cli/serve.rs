//! `ringcentral-sim serve`: runs the simulated service.
//!
//! Owns what is printed; the command line calls it. It never simulates by itself.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use ringcentral_sim::{RingCentralSim, SimConfig, Transport};
use serde_json::{Value, json};

/// Serves edge and REST until interrupted.
#[derive(Debug, Args)]
pub struct Serve {
    /// File for the certificate of the edge.
    #[arg(long)]
    pem: Option<PathBuf>,
    /// Calls the device once it has registered, speaks a tone and hangs up after so many seconds.
    #[arg(long)]
    call_for: Option<u64>,
    /// Takes commands on the standard input and answers in JSON lines; the first one tells the addresses.
    #[arg(long)]
    console: bool,
}

impl Serve {
    /// Serves until Ctrl-C.
    ///
    /// # Errors
    /// Fails when a port cannot be bound or the certificate cannot be written.
    pub async fn run(self) -> anyhow::Result<bool> {
        let sim = RingCentralSim::start(SimConfig::default()).await?;
        if self.console {
            println!("{}", addresses(&sim));
            return super::console::run(&sim).await.map(|()| true);
        }
        let (edge, rest) = (sim.edge(), sim.exchange().config());
        println!("rest       {}", sim.rest_url());
        println!("media      {}", sim.media_url());
        println!("client     {} / {}", rest.client_id, rest.client_secret);
        println!("jwt        {}", rest.jwt);
        for transport in [Transport::Udp, Transport::Tcp, Transport::Tls] {
            println!(
                "sip {}    {}",
                transport.name().to_lowercase(),
                edge.address(transport)
            );
        }
        let account = edge.config();
        println!("sip user   {}@{}", account.user_name, account.domain);
        println!(
            "sip auth   {} / {}",
            account.authorization_id, account.password
        );
        match &self.pem {
            Some(path) => std::fs::write(path, sim.tls_pem())?,
            None => println!("{}", sim.tls_pem()),
        }
        match self.call_for {
            Some(seconds) => call(&sim, Duration::from_secs(seconds)).await,
            None => Ok(tokio::signal::ctrl_c().await.map(|()| true)?),
        }
    }
}

/// Tells a script all that it needs to connect.
fn addresses(sim: &RingCentralSim) -> Value {
    let (edge, rest) = (sim.edge(), sim.exchange().config());
    let account = edge.config();
    json!({
        "rest": sim.rest_url(),
        "media": sim.media_url(),
        "clientId": rest.client_id,
        "clientSecret": rest.client_secret,
        "jwt": rest.jwt,
        "udp": edge.address(Transport::Udp).to_string(),
        "tcp": edge.address(Transport::Tcp).to_string(),
        "tls": edge.address(Transport::Tls).to_string(),
        "domain": account.domain,
        "userName": account.user_name,
        "authorizationId": account.authorization_id,
        "password": account.password,
        "pem": sim.tls_pem(),
    })
}

async fn call(sim: &RingCentralSim, length: Duration) -> anyhow::Result<bool> {
    const REGISTERED_WITHIN: Duration = Duration::from_secs(3600);
    const ANSWERED_WITHIN: Duration = Duration::from_secs(60);
    let binding = sim.edge().until_registered(REGISTERED_WITHIN).await?;
    println!("registered {}", binding.contact);
    let call = sim.call(sim.caller()).await?;
    call.answered(ANSWERED_WITHIN).await?;
    call.speak(&super::call::tone());
    if call.ended(length).await.is_err() {
        call.hang_up().await?;
    }
    for happened in call.events().so_far() {
        println!("{:?}", happened.event);
    }
    println!("{:?}", call.counts());
    Ok(true)
}
