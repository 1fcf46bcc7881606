//! What Prometheus' own tool says of the alert rules, of their unit tests, and of the configuration beside them.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

use std::path::Path;
use std::process::Command;

fn promtool(verb: &str, what: &str, file: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("grafana")
        .join(file);
    let output = Command::new("/usr/bin/promtool")
        .args([verb, what])
        .arg(path)
        .output()
        .expect("Debian's package prometheus is installed");
    let told = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    assert!(
        output.status.success(),
        "promtool {verb} {what} {file}: {told}"
    );
}

#[test]
fn promtool_accepts_the_rules_and_their_tests() {
    promtool("check", "rules", "alerts/maitred.yml");
    promtool("test", "rules", "alerts/maitred_test.yml");
    promtool("check", "config", "prometheus.yml");
}
