//! When no voice of ours works, a call is not answered into silence: RingCentral speaks for us, as the last resort.

use deepgram_sim::Route;
use maitred_harness::Setup;

/// Calls after which the speech desk has certainly learnt that the voice is down.
const CALLS_MAX: usize = 6;

#[tokio::test(flavor = "multi_thread")]
async fn ringcentral_speaks_a_reply_to_callers_whom_we_could_not_speak_to() {
    let house = Setup::default().at_ringcentral().open().await;
    house.deepgram.faults().refuse(Route::Speak, 500);
    let mut outcomes = Vec::new();
    for nth in 0..CALLS_MAX {
        let mut plan = house.exchange().plan();
        plan.from_number = format!("+1555766000{nth}");
        let from = plan.from_number.clone();
        let _caller = house.exchange().ring(plan).await;
        let outcome = house.record_of(&from).await["outcome"].clone();
        outcomes.push(outcome.clone());
        if outcome == "replied" {
            break;
        }
    }
    assert_eq!(
        outcomes.first().cloned(),
        Some("failed".into()),
        "{outcomes:?}"
    );
    assert_eq!(
        outcomes.last().cloned(),
        Some("replied".into()),
        "{outcomes:?}"
    );
    house.close().await;
}
