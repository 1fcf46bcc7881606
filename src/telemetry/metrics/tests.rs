//! Owns the tests of all metrics together: their names, and what is there before the first call.
#![expect(clippy::unwrap_used, reason = "a panic is a failed test")]

use super::*;
use maitred_actors::ports::audio::LegStats;
use maitred_actors::types::Profile;
use prometheus::proto::MetricType;

fn all() -> Metrics {
    let metrics = Metrics::new().unwrap();
    metrics.note_config(&Configured {
        mode: "full_auto",
        recognisers: &["ears"],
        voices: &["mouth"],
        transcriber: Some("clerk"),
        parts: &[("registration", true)],
    });
    metrics.note_room("light", 3, 4);
    metrics.note_ready("database", true);
    metrics.note_profile_in_force(&Profile::default());
    metrics
}

#[test]
fn metrics_are_named_by_the_rule() {
    for family in all().registry.gather() {
        let (name, kind) = (family.name(), family.get_field_type());
        if name.starts_with("process_") {
            continue;
        }
        assert!(name.starts_with("maitred_"), "{name}");
        assert!(!family.help().is_empty(), "{name} has no purpose");
        let in_units = ["_seconds", "_ratio"]
            .iter()
            .any(|unit| name.ends_with(unit));
        let fits = match kind {
            MetricType::COUNTER => name.ends_with("_total"),
            MetricType::HISTOGRAM => in_units,
            _ => !name.ends_with("_total"),
        };
        assert!(fits, "{name} is a {kind:?}");
    }
}

#[test]
fn a_share_of_packets_is_what_was_lost_or_late_of_what_was_due() {
    let metrics = all();
    metrics.note(Signal::LegEnded(LegStats {
        received: 90,
        lost: 10,
        late: 5,
        concealed: 50,
        jitter_ms: 7,
        ..LegStats::default()
    }));
    metrics.note(Signal::LegEnded(LegStats::default()));
    let text = metrics.text().unwrap();
    for line in [
        "maitred_leg_loss_ratio_sum 0.15",
        "maitred_leg_loss_ratio_count 1",
        "maitred_leg_jitter_seconds_sum 0.007",
        "maitred_media_concealed_seconds_total 1",
        "maitred_media_packets_total{fate=\"late\"} 5",
    ] {
        assert!(text.contains(line), "{line} is missing in\n{text}");
    }
}

#[test]
fn a_registration_has_drifted_only_when_it_is_back_after_a_loss() {
    let metrics = all();
    let revived = |count: u32| {
        let line = format!("maitred_drift_total{{kind=\"registration\"}} {count}\n");
        assert!(metrics.text().unwrap().contains(&line), "not {count}");
    };
    metrics.note(Signal::Registered(true));
    metrics.note(Signal::Registered(true));
    revived(0);
    metrics.note(Signal::Registered(false));
    metrics.note(Signal::Registered(false));
    revived(0);
    metrics.note(Signal::Registered(true));
    metrics.note(Signal::Registered(true));
    revived(1);
}

#[test]
fn a_call_that_is_over_is_in_no_phase() {
    let metrics = all();
    let (from, to) = (None, "talking");
    metrics.note(Signal::PhaseEntered { from, to });
    let from = Some("talking");
    metrics.note(Signal::PhaseEntered { from, to: "over" });
    metrics.note(Signal::PhaseLeft("over"));
    let text = metrics.text().unwrap();
    assert!(text.contains("maitred_calls{phase=\"talking\"} 0"));
    assert!(!text.contains("phase=\"over\""));
}

#[test]
fn what_callers_wait_for_is_counted_with_the_targets_as_edges() {
    let text = all().text().unwrap();
    for name in [
        "maitred_webhook_seconds",
        "maitred_call_answer_seconds",
        "maitred_turn_seconds",
        "maitred_silence_seconds",
        "maitred_journal_commit_seconds",
    ] {
        for edge in ["0.2", "0.5", "3"] {
            let bucket = format!("{name}_bucket{{le=\"{edge}\"}}");
            assert!(text.contains(&bucket), "{bucket} is missing");
        }
    }
}

#[test]
fn every_way_that_a_call_may_end_is_there_before_the_first() {
    let text = all().text().unwrap();
    for outcome in maitred_actors::call::Outcome::ALL {
        let outcome = outcome.as_str();
        let series = format!("mode=\"full_auto\",outcome=\"{outcome}\"}} 0");
        assert!(text.contains(&series), "{outcome} is missing");
    }
}
