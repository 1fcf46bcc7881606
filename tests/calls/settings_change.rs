//! Settings change while calls go on, by file and by the API: new calls begin with them, a running call keeps its own, and
//! what is wrong is refused whole with every reason.

use maitred_harness::{Caller, DEADLINE, House, Setup};
use serde_json::{Value, json};
use std::time::Duration;
use tempfile::TempDir;

const PATH: &str = "/api/v1/settings";
const OLD_VOICE: &str = "aura-2-thalia-en";
const NEW_VOICE: &str = "aura-2-luna-en";

/// Waits until the settings stand as wanted.
async fn until(house: &House, wanted: impl Fn(&Value) -> bool) -> Value {
    let search = async {
        let mut look = tokio::time::interval(Duration::from_millis(50));
        loop {
            look.tick().await;
            let told = house.get(PATH).await;
            if wanted(&told) {
                return told;
            }
        }
    };
    tokio::time::timeout(DEADLINE, search)
        .await
        .expect("the change is noticed")
}

/// Calls, and gives the caller with the number they call from.
async fn call(house: &House) -> (Caller, String) {
    let plan = house.plan();
    let from = plan.from_number.clone();
    (Caller::dial(plan).await, from)
}

/// Gives the settings that a call was given by its first event.
async fn pinned(house: &House, from: &str) -> Value {
    house.story_of(from).await["journal"][0]["event"]["settings"].clone()
}

/// Waits until a text was spoken in a voice.
async fn spoken(house: &House, voice: &str, text: &str) {
    let of_voice = format!("model={voice}");
    let said = house.deepgram.until(
        |state| {
            state.spoken.iter().any(|one| {
                let by = |connection: &&deepgram_sim::Connection| {
                    connection.request_id == one.request_id
                };
                let line = state.connections.iter().find(by);
                one.text.contains(text) && line.is_some_and(|line| line.query.contains(&of_voice))
            })
        },
        DEADLINE,
    );
    let heard = said.await;
    assert!(heard.is_ok(), "{text:?} was never spoken by {voice}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_file_is_for_new_calls_and_a_bad_one_for_none() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("settings.toml");
    std::fs::write(&file, "greeting = \"Hello from before.\"\n").unwrap();
    let path = file.display().to_string();
    let house = Setup::default().with("SETTINGS_FILE", path).open().await;
    let (mut first, first_from) = call(&house).await;
    first.hears("Hello from before").await;
    let before = house.get(PATH).await;
    assert_eq!(
        (&before["from"], &before["values"]["max_turns"]),
        (&json!("start"), &json!(20))
    );

    let good = format!("greeting = \"Hello from now.\"\nvoice = \"{NEW_VOICE}\"\nmax_turns = 3\n");
    std::fs::write(&file, &good).unwrap();
    let now = until(&house, |told| told["from"] == "file").await;
    assert!(now["version"].as_u64() > before["version"].as_u64());
    let (mut second, second_from) = call(&house).await;
    second.hears("Hello from now").await;
    spoken(&house, NEW_VOICE, "Hello from now").await;

    let bad = good.replace(
        "max_turns = 3",
        "max_turns = 1\nai_mode = \"robot\"\nvoise = \"x\"",
    );
    std::fs::write(&file, bad).unwrap();
    let told = until(&house, |told| told["refused"] != json!([])).await;
    let keys: Vec<&Value> = told["refused"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["key"])
        .collect();
    assert_eq!(keys, ["max_turns", "ai_mode", "voise"]);
    assert_eq!(
        (&told["version"], &told["values"]),
        (&now["version"], &now["values"])
    );
    let ready = house.get("/ready").await;
    assert_eq!(
        (&ready["ready"], &ready["parts"]["settings"]["ok"]),
        (&json!(true), &json!(false))
    );
    let metrics = house.text("/metrics").await;
    for line in [
        "maitred_settings_changes_total{from=\"file\",result=\"accepted\"} 1",
        "maitred_settings_changes_total{from=\"file\",result=\"refused\"} 1",
        "maitred_settings_current 0",
        &format!("maitred_settings_version {}", now["version"]),
    ] {
        assert!(metrics.contains(line), "{line} in {metrics}");
    }

    // A voice that the provider does not know would leave every caller in silence.
    std::fs::write(&file, "voice = \"nobody\"\n").unwrap();
    let told = until(&house, |told| told["refused"][0]["key"] == "voice").await;
    assert_eq!(told["values"]["voice"], NEW_VOICE);

    first.says("book June sixth at six pm").await;
    first.hears("How many people").await;
    spoken(&house, OLD_VOICE, "How many people").await;
    for caller in [&first, &second] {
        caller.phone.hang_up().await.expect("the call is let go");
    }
    let (then, later) = (
        pinned(&house, &first_from).await,
        pinned(&house, &second_from).await,
    );
    assert_eq!(
        (&then["version"], &then["turns_max"]),
        (&before["version"], &json!(20))
    );
    assert_eq!(
        (&later["version"], &later["turns_max"]),
        (&now["version"], &json!(3))
    );
    assert_eq!(
        (&then["voice"], &later["voice"]),
        (&json!(OLD_VOICE), &json!(NEW_VOICE))
    );
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_api_changes_the_file_and_leaves_its_comments() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("settings.toml");
    std::fs::write(&file, "# closed in winter\nmax_turns = 9 # enough\n").unwrap();
    let path = file.display().to_string();
    let house = Setup::default().with("SETTINGS_FILE", path).open().await;
    let before = house.get(PATH).await;
    let wanted = json!({ "auto_answer": false, "max_turns": 12 });
    let (status, told) = house.send("PATCH", PATH, &wanted).await;
    assert_eq!((status, &told["from"]), (200, &json!("api")), "{told}");
    assert!(told["version"].as_u64() > before["version"].as_u64());
    assert_eq!(
        (&told["values"]["auto_answer"], &told["values"]["max_turns"]),
        (&json!(false), &json!(12))
    );
    let kept = std::fs::read_to_string(&file).unwrap();
    assert_eq!(
        kept,
        "# closed in winter\nmax_turns = 12 # enough\nauto_answer = false\n"
    );

    for bad in [
        json!({ "auto_answer": true, "max_turns": "many" }),
        json!({ "auto_answer": true, "loudness": 3 }),
        json!({ "auto_answer": true, "voice": "nobody" }),
        json!({ "auto_answer": true, "greeting": ["a", "b"] }),
    ] {
        let (status, told) = house.send("PATCH", PATH, &bad).await;
        assert_eq!(
            (status, told["problems"].as_array().map(Vec::len)),
            (422, Some(1)),
            "{told}"
        );
    }
    assert_eq!(house.send("PATCH", PATH, &json!([1])).await.0, 422);
    assert_eq!(house.get(PATH).await["version"], told["version"]);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), kept);

    let (status, whole) = house
        .send("PUT", PATH, &json!({ "ai_mode": "triage" }))
        .await;
    assert_eq!(status, 200);
    assert_eq!(
        (
            &whole["values"]["max_turns"],
            &whole["values"]["auto_answer"]
        ),
        (&json!(20), &json!(true))
    );
    assert_eq!(whole["values"]["ai_mode"], "triage");
    let house = house.restart().await;
    assert_eq!(house.get(PATH).await["values"], whole["values"]);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_file_a_change_holds_until_the_server_ends() {
    let house = House::open().await;
    let (status, told) = house
        .send("PATCH", PATH, &json!({ "greeting": "Good evening." }))
        .await;
    assert_eq!((status, &told["file"]), (200, &Value::Null));
    let (mut caller, from) = call(&house).await;
    caller.hears("Good evening").await;
    caller.phone.hang_up().await.expect("the call is let go");
    assert_eq!(pinned(&house, &from).await["version"], told["version"]);
    let (_, back) = house
        .send("PATCH", PATH, &json!({ "greeting": null }))
        .await;
    assert_eq!(
        back["values"]["greeting"],
        "Thank you for calling. How can I help you?"
    );
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_profile_can_be_put_and_a_bad_one_is_refused_with_its_lines() {
    let house = House::open().await;
    let put = |text: String| {
        let url = format!("http://{}/api/v1/business", house.server.http);
        async move {
            let answer = reqwest::Client::new()
                .put(url)
                .body(text)
                .send()
                .await
                .unwrap();
            let status = answer.status().as_u16();
            (status, answer.json::<Value>().await.unwrap())
        }
    };
    let renamed = maitred_harness::business(2).replace("My Hibachi Chef", "Luigis Kitchen");
    let (status, told) = put(renamed.clone()).await;
    assert_eq!(
        (status, &told["profile"]["name"]),
        (200, &json!("Luigis Kitchen"))
    );
    assert_eq!(house.get(PATH).await["business"], "Luigis Kitchen");
    let (status, told) = put(renamed.replace("crews = 2", "crews = -2")).await;
    assert_eq!(
        (status, &told["problems"][0]["key"]),
        (422, &json!("capacity.crews"))
    );
    let house = house.restart().await;
    assert_eq!(house.get(PATH).await["business"], "Luigis Kitchen");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_for_whoever_has_the_token() {
    let house = Setup::default().with("ADMIN_TOKEN", "a token").open().await;
    let wanted = json!({ "max_turns": 5 });
    for method in ["GET", "PUT", "PATCH"] {
        assert_eq!(house.send(method, PATH, &wanted).await.0, 401, "{method}");
    }
    let url = format!("http://{}{PATH}", house.server.http);
    let request = reqwest::Client::new()
        .patch(url)
        .bearer_auth("a token")
        .json(&wanted);
    let told: Value = request.send().await.unwrap().json().await.unwrap();
    assert_eq!(told["values"]["max_turns"], 5);
    house.close().await;
}
