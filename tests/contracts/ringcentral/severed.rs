//! A wire to RingCentral that can be cut at the worst moment: before a request arrives, or once it was carried out.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// When the wire is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// The request never arrives.
    Before,
    /// It is carried out; its answer never arrives.
    After,
}

/// Decides for a request, given by its first line, whether and how the wire is cut.
type Plan = Box<dyn FnMut(&str) -> Option<Cut> + Send>;

/// A wire in front of a server.
pub struct Wire {
    address: SocketAddr,
    plan: Arc<Mutex<Plan>>,
    _tasks: JoinSet<()>,
}

impl Wire {
    /// Lays a wire to the server at this URL.
    pub async fn to(url: &str) -> Self {
        let server: SocketAddr = url.strip_prefix("http://").unwrap().parse().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let plan: Arc<Mutex<Plan>> = Arc::new(Mutex::new(Box::new(|_| None)));
        let mut tasks = JoinSet::new();
        tasks.spawn(accept(listener, server, Arc::clone(&plan)));
        Self {
            address,
            plan,
            _tasks: tasks,
        }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Cuts as the plan says from now on.
    pub fn cut(&self, plan: impl FnMut(&str) -> Option<Cut> + Send + 'static) {
        *self.plan.lock().unwrap() = Box::new(plan);
    }
}

async fn accept(listener: TcpListener, server: SocketAddr, plan: Arc<Mutex<Plan>>) {
    let mut connections = JoinSet::new();
    while let Ok((client, _)) = listener.accept().await {
        let plan = Arc::clone(&plan);
        connections.spawn(async move {
            // However it ends, both ends are closed.
            let _ = pass(client, server, &plan).await;
        });
    }
}

/// Passes requests and answers, one after the other, as clients of HTTP/1.1 send them.
async fn pass(
    mut client: TcpStream,
    server: SocketAddr,
    plan: &Mutex<Plan>,
) -> std::io::Result<()> {
    let mut inside = TcpStream::connect(server).await?;
    let (mut up, mut down) = (vec![0; 65_536], vec![0; 65_536]);
    let mut doom = None;
    loop {
        tokio::select! {
            count = client.read(&mut up) => {
                let count = count?;
                if count == 0 {
                    return Ok(());
                }
                let text = String::from_utf8_lossy(&up[..count]);
                let first = text.lines().next().unwrap_or_default();
                if first.ends_with("HTTP/1.1") {
                    doom = (plan.lock().unwrap())(first);
                }
                if doom == Some(Cut::Before) {
                    return Ok(());
                }
                inside.write_all(&up[..count]).await?;
            }
            count = inside.read(&mut down) => {
                let count = count?;
                if count == 0 || doom == Some(Cut::After) {
                    return Ok(());
                }
                client.write_all(&down[..count]).await?;
            }
        }
    }
}
