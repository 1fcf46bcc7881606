//! Owns a kamailio, the SIP server of Debian's packages `kamailio` and `kamailio-tls-modules`: its configuration and its
//! process. Used by `kamailio.rs`. Never retries: a server that does not start fails the test.

use crate::phone::{DEADLINE, free_pair};
use crate::registrar::{DOMAIN, PASSWORD};
use std::fs;
use std::path::Path;
use std::process::Stdio;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStderr, Command};
use tokio::time::timeout;

const PROGRAM: &str = "/usr/sbin/kamailio";

/// How the server asks for credentials.
#[derive(Clone, Copy, Debug)]
pub struct Challenge {
    /// `MD5`, `SHA-256`, or nothing, which means MD5 without a word about it.
    pub algorithm: &'static str,
    /// Whether it asks for `qop`: 0 without, 1 for `auth`.
    pub flags: u8,
}

/// A running server: registrar, proxy that stays on the way, digest for us, none for phones.
pub struct SipServer {
    _folder: TempDir,
    child: Child,
    log: Lines<BufReader<ChildStderr>>,
    /// Port for UDP and TCP; the next one is for TLS.
    pub port: u16,
    pub ca_pem: String,
}

impl SipServer {
    pub async fn start(challenge: Challenge) -> Self {
        assert!(
            Path::new(PROGRAM).exists(),
            "{PROGRAM} is missing: install the Debian packages `kamailio` and `kamailio-tls-modules`"
        );
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path();
        let made = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
        let ca_pem = made.cert.pem();
        fs::write(home.join("cert.pem"), &ca_pem).unwrap();
        fs::write(home.join("key.pem"), made.signing_key.serialize_pem()).unwrap();
        fs::write(home.join("tls.cfg"), tls_config(home)).unwrap();
        let port = free_pair();
        let configuration = home.join("kamailio.cfg");
        fs::write(&configuration, server_config(home, port, challenge)).unwrap();
        let mut child = Command::new(PROGRAM)
            .args(["-DD", "-E", "-e", "-m", "16", "-M", "4", "-w"])
            .arg(home)
            .arg("-Y")
            .arg(home)
            .arg("-f")
            .arg(&configuration)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut server = Self {
            _folder: folder,
            child,
            log,
            port,
            ca_pem,
        };
        server.logs("serving").await;
        server
    }

    /// Waits until the server logs a line with these words.
    pub async fn logs(&mut self, words: &str) {
        let mut read = Vec::new();
        let search = async {
            while let Some(line) = self.log.next_line().await.unwrap() {
                if line.contains(words) {
                    return true;
                }
                read.push(line);
            }
            false
        };
        let found = timeout(DEADLINE, search).await;
        assert_eq!(found, Ok(true), "no `{words}` in: {read:#?}");
    }
}

impl Drop for SipServer {
    fn drop(&mut self) {
        // The main process ends its children; killed, it could not.
        if let Some(pid) = self.child.id() {
            let _ = std::process::Command::new("kill")
                .arg(pid.to_string())
                .status();
        }
    }
}

fn tls_config(home: &Path) -> String {
    let home = home.display();
    format!(
        "[server:default]\nmethod = TLSv1.2+\nverify_certificate = no\nrequire_certificate = no\n\
         private_key = {home}/key.pem\ncertificate = {home}/cert.pem\n\
         [client:default]\nverify_certificate = no\nrequire_certificate = no\n"
    )
}

fn server_config(home: &Path, port: u16, challenge: Challenge) -> String {
    let (home, tls, Challenge { algorithm, flags }) = (home.display(), port + 1, challenge);
    let modules: String = [
        "tls",
        "tm",
        "sl",
        "rr",
        "pv",
        "maxfwd",
        "usrloc",
        "registrar",
        "siputils",
        "textops",
        "auth",
        "xlog",
        "nathelper",
    ]
    .iter()
    .map(|module| format!("loadmodule \"{module}.so\"\n"))
    .collect();
    format!(
        r#"debug=1
log_stderror=yes
children=1
tcp_children=2
enable_tls=yes
dns=no
rev_dns=no
listen=udp:127.0.0.1:{port}
listen=tcp:127.0.0.1:{port}
listen=tls:127.0.0.1:{tls}
{modules}
modparam("tls", "config", "{home}/tls.cfg")
modparam("auth", "algorithm", "{algorithm}")
modparam("usrloc", "db_mode", 0)
modparam("nathelper|registrar", "received_avp", "$avp(received)")

request_route {{
    if (!mf_process_maxfwd_header("10")) {{ exit; }}
    if (is_method("CANCEL")) {{
        if (t_check_trans()) {{ t_relay(); }}
        exit;
    }}
    # A phone is reached over the connection that it opened.
    if ($ua =~ "^baresip") {{
        force_rport();
        if (is_method("REGISTER")) {{ fix_nated_register(); }} else {{ add_contact_alias(); }}
    }}
    if (has_totag()) {{
        if (!loose_route()) {{
            if (!is_method("ACK")) {{ sl_send_reply("404", "Not Routed"); }}
            exit;
        }}
        handle_ruri_alias();
        xlog("L_ERR", "routed $rm\n");
        t_relay();
        exit;
    }}
    if (is_method("REGISTER")) {{
        if ($ua =~ "^maitred" && !pv_www_authenticate("{DOMAIN}", "{PASSWORD}", "0")) {{
            www_challenge("{DOMAIN}", "{flags}");
            exit;
        }}
        save("location");
        xlog("L_ERR", "registered $tU\n");
        exit;
    }}
    if (is_method("INVITE")) {{
        if ($ua =~ "^maitred" && !pv_proxy_authenticate("{DOMAIN}", "{PASSWORD}", "0")) {{
            proxy_challenge("{DOMAIN}", "{flags}");
            exit;
        }}
        consume_credentials();
        record_route();
        if (!lookup("location")) {{
            sl_send_reply("404", "Not Found");
            exit;
        }}
        t_on_reply("phones");
        t_relay();
        exit;
    }}
    sl_send_reply("405", "Method Not Allowed");
}}

onreply_route[phones] {{
    add_contact_alias();
}}

event_route[core:worker-one-init] {{
    xlog("L_ERR", "serving\n");
}}
"#
    )
}
