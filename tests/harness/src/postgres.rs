//! Owns a PostgreSQL server for tests: the one that `MAITRED_TEST_POSTGRES` names, or one of its own in a temporary
//! folder, reached over a Unix socket there, without fsync. Called by the fixtures. It lives as long as somebody
//! holds it, and is stopped by its process id.

use sea_orm::sqlx::{AssertSqlSafe, Connection, Executor, postgres::PgConnection};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, Weak, mpsc};
use std::thread::JoinHandle;
use tempfile::TempDir;

/// Names a server on which tests may make and drop databases.
const VARIABLE: &str = "MAITRED_TEST_POSTGRES";
/// Where Debian's package `postgresql` puts its programs, in a folder for each version.
const PROGRAMS: &str = "/usr/lib/postgresql";

static SHARED: Mutex<Weak<Postgres>> = Mutex::new(Weak::new());

/// A running PostgreSQL server.
pub struct Postgres {
    admin_url: String,
    _own: Option<OwnServer>,
}

struct OwnServer {
    pid: u32,
    watch: Option<JoinHandle<()>>,
    _folder: TempDir,
}

impl Postgres {
    /// Gives the server that this process shares, started if there is none.
    pub fn shared() -> Arc<Self> {
        let mut shared = SHARED
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(running) = shared.upgrade() {
            return running;
        }
        let server = Arc::new(match std::env::var(VARIABLE) {
            Ok(admin_url) => Self {
                admin_url,
                _own: None,
            },
            Err(_) => Self::start(),
        });
        *shared = Arc::downgrade(&server);
        server
    }

    /// Makes an empty database and gives its URL.
    pub async fn create_database(&self) -> String {
        let name = format!("maitred_{}", uuid::Uuid::new_v4().simple());
        self.run(format!("CREATE DATABASE {name}")).await;
        self.url_of(&name)
    }

    /// Drops a database that `create_database` made, whoever is still connected.
    pub async fn drop_database(&self, url: &str) {
        let path = url.split('?').next().unwrap();
        let name = path.rsplit('/').next().unwrap();
        self.run(format!("DROP DATABASE {name} WITH (FORCE)")).await;
    }

    async fn run(&self, sql: String) {
        let mut admin = PgConnection::connect(&self.admin_url).await.unwrap();
        admin.execute(AssertSqlSafe(sql)).await.unwrap();
        admin.close().await.unwrap();
    }

    fn url_of(&self, database: &str) -> String {
        let (address, options) = match self.admin_url.split_once('?') {
            Some((address, options)) => (address, format!("?{options}")),
            None => (self.admin_url.as_str(), String::new()),
        };
        let (scheme, rest) = address.split_once("://").unwrap();
        let host = rest.split('/').next().unwrap();
        format!("{scheme}://{host}/{database}{options}")
    }

    fn start() -> Self {
        let programs = programs();
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let user = unprivileged_user();
        if let Some(user) = &user {
            chown(folder.path(), Some(user.uid), Some(user.gid)).unwrap();
        }
        let made = as_user(user.as_ref(), &programs.join("initdb"))
            .args([
                "--auth=trust",
                "--username=postgres",
                "--encoding=UTF8",
                "--locale=C",
            ])
            .args(["--no-sync", "--pgdata"])
            .arg(&data)
            .output()
            .unwrap();
        assert!(
            made.status.success(),
            "initdb: {}",
            String::from_utf8_lossy(&made.stderr)
        );
        let mut command = as_user(user.as_ref(), &programs.join("postgres"));
        command
            .arg("-D")
            .arg(&data)
            .arg("-k")
            .arg(folder.path())
            .args(["-c", "listen_addresses="]);
        for setting in ["fsync=off", "full_page_writes=off", "max_connections=200"] {
            command.args(["-c", setting]);
        }
        let (pid, watch) = run_until_ready(command);
        let admin_url = format!(
            "postgres://postgres@localhost/postgres?host={}",
            folder.path().display()
        );
        let own = OwnServer {
            pid,
            watch: Some(watch),
            _folder: folder,
        };
        Self {
            admin_url,
            _own: Some(own),
        }
    }
}

impl Drop for OwnServer {
    fn drop(&mut self) {
        // Ends the postmaster at once; the folder goes with it.
        let _ = Command::new("kill")
            .args(["-QUIT", &self.pid.to_string()])
            .status();
        if let Some(watch) = self.watch.take() {
            let _ = watch.join();
        }
    }
}

struct User {
    uid: u32,
    gid: u32,
}

/// PostgreSQL refuses to run as root; Debian's package brings a user for it.
fn unprivileged_user() -> Option<User> {
    let number = |args: &[&str]| -> Option<u32> {
        let output = Command::new("id").args(args).output().ok()?;
        String::from_utf8(output.stdout).ok()?.trim().parse().ok()
    };
    if number(&["-u"])? != 0 {
        return None;
    }
    Some(User {
        uid: number(&["-u", "postgres"])?,
        gid: number(&["-g", "postgres"])?,
    })
}

/// The server dies with the thread that started it, should the test process be killed.
fn as_user(user: Option<&User>, program: &Path) -> Command {
    let mut command = Command::new("setpriv");
    command.arg("--pdeathsig=QUIT");
    if let Some(User { uid, gid }) = user {
        command
            .args([format!("--reuid={uid}"), format!("--regid={gid}")])
            .arg("--clear-groups");
    }
    command.arg(program).env("LC_ALL", "C").current_dir("/");
    command
}

fn programs() -> PathBuf {
    let mut versions: Vec<PathBuf> = std::fs::read_dir(PROGRAMS)
        .map(|folder| {
            folder
                .flatten()
                .map(|entry| entry.path().join("bin"))
                .collect()
        })
        .unwrap_or_default();
    versions.retain(|programs| programs.join("initdb").exists());
    versions.sort();
    versions.pop().unwrap_or_else(|| {
        panic!(
            "no PostgreSQL for the tests: install the Debian package `postgresql`, or set {VARIABLE} to the URL of \
             a server on which databases may be made"
        )
    })
}

/// Starts the server on a thread that reads its log to the end, and waits until that log says that it is ready.
fn run_until_ready(mut command: Command) -> (u32, JoinHandle<()>) {
    let (report, reported) = mpsc::channel();
    let watch = std::thread::spawn(move || {
        let mut server = command
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let pid = server.id();
        let mut log = String::new();
        for line in BufReader::new(server.stderr.take().unwrap())
            .lines()
            .map_while(Result::ok)
        {
            if line.contains("ready to accept connections") {
                let _ = report.send(Ok(pid));
            }
            log.push_str(&line);
            log.push('\n');
        }
        let _ = server.wait();
        let _ = report.send(Err(log));
    });
    match reported.recv().unwrap() {
        Ok(pid) => (pid, watch),
        Err(log) => panic!("postgres did not start:\n{log}"),
    }
}
