//! A public address in front of a server whose port is not known yet, as a reverse proxy has it.

use std::net::SocketAddr;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Passes connections on; those that come while there is no server wait for one.
pub struct Relay {
    pub address: SocketAddr,
    target: watch::Sender<Option<SocketAddr>>,
    _tasks: JoinSet<()>,
}

impl Relay {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (target, targets) = watch::channel(None);
        let mut tasks = JoinSet::new();
        tasks.spawn(pass_on(listener, targets));
        Self {
            address,
            target,
            _tasks: tasks,
        }
    }

    /// Sends connections there from now on; `None` lets them wait.
    pub fn lead_to(&self, server: Option<SocketAddr>) {
        self.target.send_replace(server);
    }

    /// The address of the webhook.
    pub fn webhook(&self) -> String {
        format!("http://{}/api/v1/ringcentral/webhooks/events", self.address)
    }
}

async fn pass_on(listener: TcpListener, targets: watch::Receiver<Option<SocketAddr>>) {
    let mut connections = JoinSet::new();
    while let Ok((mut outside, _)) = listener.accept().await {
        let mut targets = targets.clone();
        connections.spawn(async move {
            let target = targets
                .wait_for(Option::is_some)
                .await
                .ok()
                .and_then(|found| *found);
            if let Some(target) = target
                && let Ok(mut inside) = TcpStream::connect(target).await
            {
                let _ = tokio::io::copy_bidirectional(&mut outside, &mut inside).await;
            }
        });
    }
}
