//! Single downloads against a media host that does exactly what it is told, byte for byte.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Uri, header};
use axum::response::{IntoResponse as _, Response};
use futures_util::{StreamExt as _, stream};
use jiff::tz::TimeZone;
use maitred::adapters::archive::{DiskShelf, Fetcher, Pace};
use maitred::adapters::ringcentral::{Client, RecordingLog};
use maitred::config::{RingCentralCredentials, RingCentralUrls};
use maitred_actors::ports::archive::{Error, Recordings as _, Stored, Trace};
use maitred_actors::types::{CallId, SessionId};
use serde_json::json;
use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio::time::Instant;

type Headers = Vec<(header::HeaderName, String)>;

/// An answer: status, headers, what is sent, and whether the connection breaks after it.
struct Answer(u16, Headers, Vec<u8>, bool);

#[derive(Clone, Default)]
struct Shared {
    ranges: Arc<Mutex<Vec<Option<String>>>>,
    validators: Arc<Mutex<Vec<Option<String>>>>,
    /// Pause after each ten bytes.
    pause: Arc<Mutex<Option<Duration>>>,
    answers: Arc<Mutex<VecDeque<Answer>>>,
}

struct Host {
    fetcher: Fetcher,
    shared: Shared,
    folder: TempDir,
    _tasks: JoinSet<()>,
}

async fn answer(State(shared): State<Shared>, uri: Uri, headers: HeaderMap) -> Response {
    if uri.path() == "/restapi/oauth/token" {
        let token = json!({ "access_token": "t", "token_type": "bearer", "expires_in": 3600 });
        return axum::Json(token).into_response();
    }
    let range = headers.get(header::RANGE);
    let range = range.map(|value| value.to_str().unwrap().to_owned());
    shared.ranges.lock().unwrap().push(range);
    let validator = headers.get(header::IF_RANGE);
    let validator = validator.map(|value| value.to_str().unwrap().to_owned());
    shared.validators.lock().unwrap().push(validator);
    let pause = *shared.pause.lock().unwrap();
    let Answer(status, headers, bytes, breaks) =
        shared.answers.lock().unwrap().pop_front().unwrap();
    let all = bytes.clone();
    let sent = stream::once(async { Ok(Bytes::from(bytes)) });
    let end = stream::iter(breaks.then_some(())).then(|()| async {
        // What was sent leaves while this waits.
        tokio::task::yield_now().await;
        Err(std::io::Error::other("broken off"))
    });
    let mut response = match pause {
        None => Response::new(Body::from_stream(sent.chain(end))),
        Some(pause) => {
            let tens: Vec<Bytes> = all.chunks(10).map(Bytes::copy_from_slice).collect();
            let trickle = stream::iter(tens).then(move |ten| async move {
                tokio::time::sleep_until(Instant::now() + pause).await;
                Ok::<_, std::io::Error>(ten)
            });
            Response::new(Body::from_stream(trickle))
        }
    };
    *response.status_mut() = status.try_into().unwrap();
    for (name, value) in headers {
        response.headers_mut().insert(name, value.parse().unwrap());
    }
    response
}

impl Host {
    async fn start(bytes_max: u64, answers: Vec<Answer>) -> Self {
        maitred::install_crypto();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let shared = Shared::default();
        shared.answers.lock().unwrap().extend(answers);
        let router = Router::new().fallback(answer).with_state(shared.clone());
        let mut tasks = JoinSet::new();
        tasks.spawn(async move { axum::serve(listener, router).await.unwrap() });
        let credentials = RingCentralCredentials {
            client_id: "id".to_owned(),
            client_secret: "secret".into(),
            jwt: "jwt".into(),
        };
        let urls = RingCentralUrls::of(&url);
        let client = Client::new(&urls, credentials, Arc::new(|_, _| {})).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let shelf = DiskShelf::new(folder.path(), TimeZone::UTC);
        Self {
            fetcher: Fetcher::new(RecordingLog::new(client), shelf, bytes_max),
            shared,
            folder,
            _tasks: tasks,
        }
    }

    async fn fetch(&self) -> Result<Stored, Error> {
        self.fetch_by(&self.fetcher).await
    }

    async fn fetch_by(&self, fetcher: &Fetcher) -> Result<Stored, Error> {
        let trace = Trace {
            call: CallId::new("call_1"),
            session: Some(SessionId::new("s-1")),
            from: None,
            started: "2026-11-22T10:00:00Z".parse().unwrap(),
            ended: "2026-11-22T10:05:00Z".parse().unwrap(),
        };
        fetcher.fetch(&trace, "9912").await
    }

    fn ranges(&self) -> Vec<Option<String>> {
        std::mem::take(&mut self.shared.ranges.lock().unwrap())
    }

    fn files(&self) -> Vec<PathBuf> {
        let day = self.folder.path().join("2026/11/22/call_1");
        let files = std::fs::read_dir(day).into_iter().flatten().flatten();
        files.map(|file| file.path()).collect()
    }
}

/// An MP3 by its first bytes, and then counted through.
fn mp3(bytes: usize) -> Vec<u8> {
    let mut all = b"ID3\x04\0\0\0\0\0\0".to_vec();
    all.extend((0..bytes).map(|at| (at % 251) as u8));
    all.truncate(bytes);
    all
}

fn audio(length: usize) -> Headers {
    vec![
        (header::CONTENT_TYPE, "audio/mpeg".to_owned()),
        (header::CONTENT_LENGTH, length.to_string()),
    ]
}

fn part(from: usize, total: usize) -> Headers {
    let mut headers = audio(total - from);
    headers.push((
        header::CONTENT_RANGE,
        format!("bytes {from}-{}/{total}", total - 1),
    ));
    headers
}

fn reason(result: Result<Stored, Error>) -> &'static str {
    result.unwrap_err().reason()
}

#[tokio::test]
async fn a_second_try_asks_only_for_what_is_missing() {
    let all = mp3(3_000);
    let answers = vec![
        Answer(200, audio(3_000), all[..1_000].to_vec(), true),
        Answer(206, part(1_000, 3_000), all[1_000..2_500].to_vec(), true),
        Answer(206, part(2_500, 3_000), all[2_500..].to_vec(), false),
    ];
    let host = Host::start(10_000, answers).await;
    assert_eq!(reason(host.fetch().await), "cut");
    assert_eq!(reason(host.fetch().await), "cut");
    let stored = host.fetch().await.unwrap();
    assert_eq!(std::fs::read(&stored.path).unwrap(), all);
    assert_eq!(
        (stored.bytes, stored.content_type.as_str()),
        (3_000, "audio/mpeg")
    );
    let asked = ["bytes=1000-", "bytes=2500-"].map(|range| Some(range.to_owned()));
    assert_eq!(host.ranges(), [None, asked[0].clone(), asked[1].clone()]);
    assert_eq!(
        host.fetch().await.unwrap(),
        stored,
        "what lies there is not fetched again"
    );
    assert_eq!(host.ranges(), []);
}

#[tokio::test]
async fn a_crash_after_the_last_byte_costs_nothing() {
    let all = mp3(2_000);
    let end = vec![(header::CONTENT_RANGE, "bytes */2000".to_owned())];
    let answers = vec![
        Answer(200, audio(2_100), all.clone(), true),
        Answer(416, end, Vec::new(), false),
    ];
    let host = Host::start(10_000, answers).await;
    assert_eq!(reason(host.fetch().await), "cut");
    let stored = host.fetch().await.unwrap();
    assert_eq!(std::fs::read(stored.path).unwrap(), all);
}

#[tokio::test]
async fn a_recording_that_became_another_is_begun_anew() {
    let all = mp3(2_000);
    let end = vec![(header::CONTENT_RANGE, "bytes */500".to_owned())];
    let answers = vec![
        Answer(200, audio(2_000), all[..1_000].to_vec(), true),
        Answer(416, end, Vec::new(), false),
        Answer(200, audio(2_000), all.clone(), false),
    ];
    let host = Host::start(10_000, answers).await;
    assert_eq!(reason(host.fetch().await), "cut");
    assert_eq!(reason(host.fetch().await), "wrong_range");
    assert!(host.files().is_empty(), "the part is of no use");
    let stored = host.fetch().await.unwrap();
    assert_eq!(std::fs::read(stored.path).unwrap(), all);
    assert_eq!(host.ranges().last().unwrap(), &None);
}

#[tokio::test]
async fn what_is_too_large_is_given_up_and_leaves_nothing() {
    let kind = vec![(header::CONTENT_TYPE, "audio/mpeg".to_owned())];
    let answers = vec![
        Answer(200, audio(10_001), mp3(10_001), false),
        Answer(200, kind, mp3(10_001), false),
    ];
    let host = Host::start(10_000, answers).await;
    for announced in [true, false] {
        let result = host.fetch().await;
        let is_final = matches!(
            result,
            Err(Error::Final {
                reason: "too_large",
                ..
            })
        );
        assert!(is_final, "announced {announced}: {result:?}");
        assert!(host.files().is_empty());
    }
}

#[tokio::test]
async fn what_is_no_recording_leaves_nothing() {
    let html = vec![(header::CONTENT_TYPE, "text/html".to_owned())];
    let answers = vec![
        Answer(200, html, mp3(1_000), false),
        Answer(200, audio(19), b"<html>expired</html"[..].to_vec(), false),
        Answer(200, audio(0), Vec::new(), false),
        Answer(206, part(7, 1_000), mp3(993), false),
        Answer(410, Vec::new(), Vec::new(), false),
    ];
    let host = Host::start(10_000, answers).await;
    let mut reasons = Vec::new();
    for _ in 0..5 {
        reasons.push(reason(host.fetch().await));
        assert!(host.files().is_empty(), "{reasons:?}");
    }
    assert_eq!(
        reasons,
        ["error_page", "error_page", "empty", "wrong_range", "gone"]
    );
}

fn tagged(mut headers: Headers, tag: &str) -> Headers {
    headers.push((header::ETAG, tag.to_owned()));
    headers
}

#[tokio::test]
async fn a_server_that_trickles_is_left_and_gone_on_with_later() {
    let all = mp3(1_000);
    let answers = vec![
        Answer(200, audio(1_000), all.clone(), false),
        Answer(206, part(40, 1_000), all[40..].to_vec(), false),
    ];
    let host = Host::start(10_000, answers).await;
    *host.shared.pause.lock().unwrap() = Some(Duration::from_millis(100));
    let pace = Pace {
        stalled_after: Duration::from_secs(30),
        window: Duration::from_millis(350),
        bytes: 500,
    };
    let fetcher = host.fetcher.clone().at_pace(pace);
    assert_eq!(reason(host.fetch_by(&fetcher).await), "slow");
    let held = std::fs::metadata(&host.files()[0]).map(|file| file.len());
    let begun = host.files().iter().any(|path| path.ends_with("9912.part"));
    assert!(begun && held.is_ok(), "{:?}", host.files());
    // What came by then depends on the machine; the next try is told to go on there.
    let held = host.folder.path().join("2026/11/22/call_1/9912.part");
    let held = std::fs::metadata(held).unwrap().len() as usize;
    assert!(held > 0 && held < 1_000, "{held}");
    let rest = Answer(206, part(held, 1_000), all[held..].to_vec(), false);
    *host.shared.answers.lock().unwrap() = VecDeque::from([rest]);
    *host.shared.pause.lock().unwrap() = None;
    let stored = host.fetch_by(&fetcher).await.unwrap();
    assert_eq!(std::fs::read(stored.path).unwrap(), all);
    assert_eq!(host.ranges()[1], Some(format!("bytes={held}-")));
    assert_eq!(host.files().len(), 1, "{:?}", host.files());
}

#[tokio::test]
async fn a_part_is_gone_on_with_only_while_the_server_has_the_same_recording() {
    let (all, other) = (mp3(3_000), mp3(2_900));
    let cut = |tag: &str| Answer(200, tagged(audio(3_000), tag), all[..1_000].to_vec(), true);
    // The server heeds `If-Range`: another recording comes whole.
    let whole = Answer(200, tagged(audio(2_900), "\"b\""), other.clone(), false);
    let host = Host::start(10_000, vec![cut("\"a\""), whole]).await;
    assert_eq!(reason(host.fetch().await), "cut");
    let stored = host.fetch().await.unwrap();
    assert_eq!(std::fs::read(stored.path).unwrap(), other);
    let asked = host.shared.validators.lock().unwrap().clone();
    assert_eq!(asked, [None, Some("\"a\"".to_owned())]);
    // It does not, and tells by tag or by length that it is another: nothing is put together from two.
    let spliced = [
        Answer(
            206,
            tagged(part(1_000, 3_000), "\"b\""),
            all[1_000..].to_vec(),
            false,
        ),
        Answer(206, part(1_000, 2_900), other[1_000..].to_vec(), false),
    ];
    for second in spliced {
        let anew = Answer(200, audio(2_900), other.clone(), false);
        let host = Host::start(10_000, vec![cut("\"a\""), second, anew]).await;
        assert_eq!(reason(host.fetch().await), "cut");
        assert_eq!(reason(host.fetch().await), "changed");
        assert!(host.files().is_empty(), "{:?}", host.files());
        let stored = host.fetch().await.unwrap();
        assert_eq!(std::fs::read(stored.path).unwrap(), other);
    }
    // A weak tag is no proof, and is not sent.
    let rest = Answer(206, part(1_000, 3_000), all[1_000..].to_vec(), false);
    let host = Host::start(10_000, vec![cut("W/\"a\""), rest]).await;
    assert_eq!(reason(host.fetch().await), "cut");
    assert!(host.fetch().await.is_ok());
    assert_eq!(*host.shared.validators.lock().unwrap(), [None, None]);
}

#[tokio::test]
async fn more_than_was_said_or_packed_sound_is_no_recording() {
    let packed = b"\x1f\x8b\x08\0\0\0\0\0\0\x03packed".to_vec();
    let mut gzip = audio(packed.len());
    gzip.push((header::CONTENT_ENCODING, "gzip".to_owned()));
    let kind = vec![
        (header::CONTENT_TYPE, "audio/mpeg".to_owned()),
        (header::CONTENT_RANGE, "bytes 1000-2999/3000".to_owned()),
    ];
    let json = vec![(header::CONTENT_TYPE, "audio/mpeg".to_owned())];
    let refusal = br#"{"errorCode":"TokenExpired","message":"expired"}"#.to_vec();
    let answers = vec![
        Answer(200, gzip, packed, false),
        Answer(200, json, refusal, false),
        Answer(200, audio(3_000), mp3(3_000)[..1_000].to_vec(), true),
        Answer(206, kind, mp3(2_500), false),
        Answer(200, audio(3_000), mp3(3_000), false),
    ];
    let host = Host::start(10_000, answers).await;
    for wanted in ["not_audio", "error_page", "cut", "wrong_length"] {
        assert_eq!(reason(host.fetch().await), wanted);
        assert_eq!(host.files().is_empty(), wanted != "cut", "{wanted}");
    }
    assert_eq!(host.fetch().await.unwrap().bytes, 3_000);
}

#[tokio::test]
async fn two_processes_do_not_fetch_into_the_same_part() {
    let all = mp3(2_000);
    let answers = vec![
        Answer(200, audio(2_000), all.clone(), false),
        Answer(200, audio(2_000), all.clone(), false),
    ];
    let host = Host::start(10_000, answers).await;
    let part = host.folder.path().join("2026/11/22/call_1/9912.part");
    std::fs::create_dir_all(part.parent().unwrap()).unwrap();
    let other = std::fs::File::create(&part).unwrap();
    other.try_lock().unwrap();
    assert_eq!(reason(host.fetch().await), "busy");
    assert!(part.exists(), "what the other one does is left alone");
    drop(other);
    let stored = host.fetch().await.unwrap();
    assert_eq!(std::fs::read(stored.path).unwrap(), all);
}

#[tokio::test]
async fn a_disk_that_cannot_be_written_is_told_and_gone_on_with_once_it_can() {
    let all = mp3(2_000);
    let answers = vec![
        Answer(200, audio(2_000), all.clone(), false),
        Answer(200, audio(2_000), all.clone(), false),
    ];
    let host = Host::start(10_000, answers).await;
    let in_the_way = host.folder.path().join("2026");
    std::fs::write(&in_the_way, "not a folder").unwrap();
    assert_eq!(reason(host.fetch().await), "disk");
    std::fs::remove_file(&in_the_way).unwrap();
    let stored = host.fetch().await.unwrap();
    assert_eq!(std::fs::read(stored.path).unwrap(), all);
}
