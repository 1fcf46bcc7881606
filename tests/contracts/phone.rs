//! Owns a headless baresip, the SIP phone of Debian's package `baresip`: its configuration, its process, its remote
//! control. Used by `baresip.rs`. Never retries: a phone that does not start fails the test.

use std::fs;
use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::timeout;

pub const DEADLINE: Duration = Duration::from_secs(20);
/// Where the two Debian packages put their modules.
const MODULES: &str = "/usr/lib/baresip/modules";
/// Length of what the phone says, longer than any test.
const SPEECH_S: u32 = 60;

/// How the phone calls.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// SIP over UDP, RTP in the clear.
    Clear,
    /// SIP over TLS, SRTP or nothing.
    Secured,
    /// SIP over UDP, RTP in the clear, Opus and nothing else.
    Opus,
}

/// What the phone does when it is called.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub enum Manner {
    /// It rings.
    #[default]
    Rings,
    /// It answers at once.
    Answers,
}

/// A running phone that says a tone.
pub struct Phone {
    folder: TempDir,
    child: Child,
    control: TcpStream,
    /// Where it listens for SIP over UDP.
    pub sip: SocketAddr,
}

impl Phone {
    /// Starts the phone; its tone has the given frequency in Hz.
    pub async fn start(way: Way, tone_hz: f64, ca_pem: Option<&str>) -> Self {
        Self::start_in(Manner::Rings, way, tone_hz, ca_pem, "").await
    }

    /// Starts the phone with further parameters of its account.
    pub async fn start_in(
        manner: Manner,
        way: Way,
        tone_hz: f64,
        ca_pem: Option<&str>,
        parameters: &str,
    ) -> Self {
        assert!(
            Path::new("/usr/bin/baresip").exists(),
            "/usr/bin/baresip is missing: install the Debian package `baresip` (or `baresip-core`)"
        );
        let folder = tempfile::tempdir().unwrap();
        let control_port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let sip = SocketAddr::from(([127, 0, 0, 1], free_pair()));
        let answers = match manner {
            Manner::Rings => "",
            Manner::Answers => ";answermode=auto",
        };
        let parameters = format!("{answers}{parameters}");
        write_files(
            folder.path(),
            way,
            tone_hz,
            ca_pem,
            (sip, control_port),
            &parameters,
        );
        let mut child = Command::new("/usr/bin/baresip")
            .arg("-f")
            .arg(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let ready = async {
            while let Some(line) = lines.next_line().await.unwrap() {
                if line.contains("baresip is ready") {
                    return;
                }
            }
            panic!("baresip ended before it was ready");
        };
        timeout(DEADLINE, ready)
            .await
            .expect("baresip did not get ready");
        // Keep reading, so that the phone never waits for its output to be read.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        let control = TcpStream::connect(("127.0.0.1", control_port))
            .await
            .unwrap();
        Self {
            folder,
            child,
            control,
            sip,
        }
    }

    /// Gives the phone a command, for example `dial`.
    pub async fn command(&mut self, command: &str, params: &str) {
        let text = serde_json::json!({ "command": command, "params": params }).to_string();
        let netstring = format!("{}:{text},", text.len());
        self.control.write_all(netstring.as_bytes()).await.unwrap();
    }

    /// Waits until the phone reports an event of this kind, for example `CALL_CLOSED`.
    pub async fn wait_for(&mut self, kind: &str) {
        let mut text = String::new();
        let mut buffer = [0; 4_096];
        let wait = async {
            while !text.contains(kind) {
                let length = self.control.read(&mut buffer).await.unwrap();
                assert!(length > 0, "baresip closed its control connection: {text}");
                text.push_str(&String::from_utf8_lossy(&buffer[..length]));
            }
        };
        timeout(DEADLINE, wait)
            .await
            .unwrap_or_else(|_| panic!("no {kind} from baresip"));
    }

    /// Ends the phone and gives the samples that it heard.
    pub async fn heard(mut self) -> Vec<i16> {
        self.command("quit", "").await;
        timeout(DEADLINE, self.child.wait())
            .await
            .expect("baresip did not quit")
            .unwrap();
        let files = fs::read_dir(self.folder.path()).unwrap();
        let files = files.map(|entry| entry.unwrap().path());
        let heard: Vec<_> = files
            .filter(|path| path.to_string_lossy().ends_with("dec.wav"))
            .collect();
        assert!(!heard.is_empty(), "baresip recorded nothing");
        heard.iter().flat_map(samples).collect()
    }
}

/// Reads the first channel of a WAV, thinned to 8000 Hz.
fn samples(path: &PathBuf) -> Vec<i16> {
    let bytes = fs::read(path).unwrap();
    let channels = usize::from(u16::from_le_bytes([bytes[22], bytes[23]]));
    let hz = u32::from_le_bytes([bytes[24], bytes[25], bytes[26], bytes[27]]) as usize;
    let data = bytes
        .windows(4)
        .position(|window| window == b"data")
        .unwrap()
        + 8;
    bytes[data..]
        .chunks_exact(2)
        .step_by(channels * hz / 8_000)
        .map(|pair| i16::from_le_bytes([pair[0], pair[1]]))
        .collect()
}

fn write_files(
    folder: &Path,
    way: Way,
    tone_hz: f64,
    ca_pem: Option<&str>,
    (sip, control_port): (SocketAddr, u16),
    parameters: &str,
) {
    let home = folder.display();
    let (codec, hz, channels) = match way {
        Way::Opus => ("opus/48000/2", 48_000, 2),
        Way::Clear | Way::Secured => ("PCMU", 8_000, 1),
    };
    fs::write(folder.join("speech.wav"), tone_wav(tone_hz, hz, channels)).unwrap();
    fs::write(folder.join("ca.pem"), ca_pem.unwrap_or_default()).unwrap();
    let certificates = if ca_pem.is_some() {
        format!("sip_cafile {home}/ca.pem\n")
    } else {
        String::new()
    };
    let modules: String = [
        "g711", "opus", "aufile", "srtp", "account", "menu", "ctrl_tcp", "sndfile",
    ]
    .iter()
    .map(|module| format!("module {module}.so\n"))
    .collect();
    let config = format!(
        "sip_listen {sip}\n{certificates}audio_source aufile,{home}/speech.wav\n\
         audio_player aufile,{home}/heard.wav\nmodule_path {MODULES}\n{modules}snd_path {home}\n\
         ctrl_tcp_listen 127.0.0.1:{control_port}\n"
    );
    fs::write(folder.join("config"), config).unwrap();
    let encryption = match way {
        Way::Secured => ";mediaenc=srtp-mand",
        Way::Clear | Way::Opus => "",
    };
    // Behind a server the address is the server's to reach.
    let (host, alone) = match parameters.contains(";outbound=") {
        true => ("sip.example.com".to_owned(), ""),
        false => (sip.to_string(), ";regint=0"),
    };
    let account = format!(
        "\"Ann Caller\" <sip:+15557654321@{host}>{alone};audio_codecs={codec}{encryption}{parameters}\n"
    );
    fs::write(folder.join("accounts"), account).unwrap();
    fs::write(folder.join("contacts"), "").unwrap();
}

/// Finds a port that is free together with the next one, which the phone takes for TLS.
pub fn free_pair() -> u16 {
    loop {
        let port = UdpSocket::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let Some(next) = port.checked_add(1) else {
            continue;
        };
        let free = |port| {
            UdpSocket::bind(("127.0.0.1", port)).is_ok()
                && TcpListener::bind(("127.0.0.1", port)).is_ok()
        };
        if free(port) && free(next) {
            return port;
        }
    }
}

fn tone_wav(tone_hz: f64, hz: u32, channels: u16) -> Vec<u8> {
    let turn = tone_hz * std::f64::consts::TAU / f64::from(hz);
    let data: Vec<u8> = (0..hz * SPEECH_S)
        .map(|n| ((f64::from(n) * turn).sin() * 8_000.0) as i16)
        .flat_map(|sample| vec![sample; channels.into()])
        .flat_map(i16::to_le_bytes)
        .collect();
    let mut wav = Vec::new();
    wav.extend(b"RIFF");
    wav.extend((data.len() as u32 + 36).to_le_bytes());
    wav.extend(b"WAVEfmt ");
    wav.extend([16, 0, 0, 0, 1, 0]);
    wav.extend(channels.to_le_bytes());
    wav.extend(hz.to_le_bytes());
    wav.extend((hz * u32::from(channels) * 2).to_le_bytes());
    wav.extend((channels * 2).to_le_bytes());
    wav.extend([16, 0]);
    wav.extend(b"data");
    wav.extend((data.len() as u32).to_le_bytes());
    wav.extend(data);
    wav
}
