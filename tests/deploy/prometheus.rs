//! What Prometheus and Grafana read, checked by Prometheus' own program.

use std::collections::BTreeSet;
use std::fs;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::metrics::{exposition, expressions};
use crate::tools::{passes, read, run};

const FOLDER: &str = "deploy/prometheus";

#[test]
fn the_configuration_and_the_rules_are_valid() {
    passes("promtool", &["check", "config", &format!("{FOLDER}/prometheus.yml")]);
    passes("promtool", &["check", "rules", &format!("{FOLDER}/alerts.yml")]);
    let job = read(format!("{FOLDER}/prometheus.yml")).contains("job_name: neuralbox-auth");
    assert!(job && read(format!("{FOLDER}/alerts.yml")).contains("job=\"neuralbox-auth\""));
}

/// The metrics keep to the conventions of Prometheus: units, suffixes, help texts, no name twice.
#[test]
fn metrics_have_nothing_to_improve() {
    let check = |text: &str| {
        let mut program = Command::new("promtool")
            .args(["check", "metrics"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        std::io::Write::write_all(program.stdin.as_mut().unwrap(), text.as_bytes()).unwrap();
        let output = program.wait_with_output().unwrap();
        (
            output.status.success(),
            [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat(),
        )
    };
    let text = exposition();
    let (is_fine, said) = check(&text);
    assert!(is_fine && said.trim().is_empty(), "{said}");
    let (is_fine, said) = check(&text.replace("neuralbox_sign_ins_total", "neuralbox_sign_ins"));
    assert!(!is_fine && said.contains("neuralbox_sign_ins"), "the check should find a counter without _total: {said}");
    for setting in ["_milliseconds", "_minutes", "_percent"] {
        assert!(!text.contains(setting), "base units only: {setting}");
    }
    assert!(!text.contains(" summary\n"), "histograms of several instances can be added, summaries cannot");
}

#[test]
fn alerts_fire_when_they_should() {
    let tests = format!("{FOLDER}/alerts_test.yml");
    passes("promtool", &["test", "rules", &tests]);
    let alerts: BTreeSet<String> = names("alerts.yml", "- alert: ");
    let fired: BTreeSet<String> = names("alerts_test.yml", "exp_samples: [{labels: '{alertname=\"");
    assert!(alerts.len() > 10 && alerts == fired, "every alert should be tested: {alerts:?} {fired:?}");
    let silent: BTreeSet<String> = names("alerts_test.yml", "- name: not ");
    assert_eq!(alerts, silent, "every alert should be tested to stay silent");

    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::copy(&tests, place("alerts_test.yml")).unwrap();
    fs::write(place("alerts.yml"), read(format!("{FOLDER}/alerts.yml")).replace("== 0", "== 7")).unwrap();
    assert!(!run("promtool", &["test", "rules", &place("alerts_test.yml")]).is_ok, "the tests should notice a change");
}

#[test]
fn every_alert_says_what_to_do() {
    let alerts = read(format!("{FOLDER}/alerts.yml"));
    for alert in alerts.split("- alert: ").skip(1) {
        let has = |text: &str| alert.lines().any(|line| line.trim_start().starts_with(text));
        assert!(has("summary: ") && has("action: "), "{alert}");
        assert!(has("labels: {severity: page}") || has("labels: {severity: ticket}"), "{alert}");
    }
}

/// Each expression of the dashboard is one that Prometheus understands, with Grafana's variables filled in.
#[test]
fn the_dashboard_is_valid() {
    let rules = expressions().into_iter().enumerate().map(|(number, (_, expression))| {
        let expression = expression.replace("$__rate_interval", "5m").replace("$instance", ".*");
        json!({"record": format!("panel:{number}"), "expr": expression})
    });
    let rules = json!({"groups": [{"name": "dashboard", "rules": rules.collect::<Vec<Value>>()}]});
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rules.yml");
    fs::write(&file, rules.to_string()).unwrap();
    passes("promtool", &["check", "rules", file.to_str().unwrap()]);

    let dashboard: Value = serde_json::from_str(&read("deploy/grafana/dashboard.json")).unwrap();
    let panels = dashboard["panels"].as_array().unwrap();
    let ids: BTreeSet<u64> = panels.iter().map(|panel| panel["id"].as_u64().unwrap()).collect();
    assert_eq!(ids.len(), panels.len(), "ids of panels are unique");
    let cells = panels.iter().flat_map(|panel| {
        let at = |name: &str| panel["gridPos"][name].as_u64().unwrap();
        let (left, right, top, bottom) = (at("x"), at("x") + at("w"), at("y"), at("y") + at("h"));
        (left..right).flat_map(move |x| (top..bottom).map(move |y| (x, y)))
    });
    let (mut taken, mut count) = (BTreeSet::new(), 0);
    for cell in cells {
        count += 1;
        taken.insert(cell);
    }
    assert_eq!(taken.len(), count, "no panel covers another");
    assert!(taken.iter().all(|(x, _)| *x < 24), "a row is 24 wide");
}

/// Names that follow a text in a file.
fn names(file: &str, before: &str) -> BTreeSet<String> {
    let text = read(format!("{FOLDER}/{file}"));
    let is_end = |c: char| !c.is_ascii_alphanumeric();
    text.split(before).skip(1).map(|rest| rest.split(is_end).next().unwrap().to_owned()).collect()
}
