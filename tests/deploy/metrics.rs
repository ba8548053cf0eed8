//! Metrics: the program, `docs/metrics.md`, the alerts and the dashboard have the same names, labels and values.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use neuralbox_auth::telemetry::metrics::{self, Availability};
use serde_json::Value;

use crate::tools::{files, read};

const PAGE: &str = "docs/metrics.md";
const SOURCE: &str = "src/telemetry/metrics.rs";
/// Labels that Prometheus adds.
const PROMETHEUS_LABELS: [&str; 3] = ["job", "instance", "le"];

/// What is known of a metric.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metric {
    kind: String,
    labels: BTreeSet<String>,
    meaning: String,
}

/// A metric in an expression, and what its labels are compared with.
struct Selector {
    name: String,
    values: Vec<(String, String)>,
}

#[test]
fn the_page_lists_what_the_program_records() {
    let (page, recorded) = (page(), recorded());
    assert!(recorded.len() > 20, "the program should have metrics");
    for (name, metric) in &recorded {
        assert_eq!(page.get(name), Some(metric), "{name} in {PAGE}");
    }
    assert!(page.keys().eq(recorded.keys()), "{PAGE} has other metrics: {:?}", page.keys());
    // A metric without a call in `exposition` would be missed.
    let source = read(SOURCE);
    let named: BTreeSet<&str> = source.split('"').filter(|text| text.starts_with("neuralbox_")).collect();
    assert!(named.iter().copied().eq(recorded.keys().map(String::as_str)), "{named:?}");
}

#[test]
fn names_are_in_one_place() {
    let mut seen = 0;
    for file in files(Path::new("src")) {
        if file == Path::new(SOURCE) || file.extension().is_none_or(|kind| kind != "rs") {
            continue;
        }
        let text = read(&file);
        seen += text.matches("telemetry::metrics::").count();
        for call in ["counter!(", "gauge!(", "histogram!("] {
            assert!(!text.contains(call), "{} records a metric of its own", file.display());
        }
    }
    assert!(seen > 30, "the search should find the calls");
}

#[test]
fn values_of_labels_are_in_the_source() {
    let source: String =
        files(Path::new("src")).iter().map(|file| std::fs::read_to_string(file).unwrap_or_default()).collect();
    let (values, metrics) = (values(), page());
    assert!(values.len() > 15, "the page should list values");
    for ((metric, label), values) in values {
        assert!(metrics[&metric].labels.contains(&label), "{metric} has no label {label}");
        for value in values.iter().filter(|value| value.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')) {
            assert!(source.contains(&format!("\"{value}\"")), "{metric}: no code says {value}");
        }
    }
}

#[test]
fn alerts_and_the_dashboard_use_what_exists() {
    let (metrics, known) = (page(), values());
    let mut used = BTreeSet::new();
    for (place, expression) in expressions() {
        for Selector { name, values } in selectors(&expression) {
            let base = ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end));
            let base = base.filter(|base| metrics.get(*base).is_some_and(|metric| metric.kind == "histogram"));
            let name = base.unwrap_or(&name).to_owned();
            let metric = metrics.get(&name).unwrap_or_else(|| panic!("{place}: there is no {name}"));
            for (label, value) in values.iter().filter(|(label, _)| !PROMETHEUS_LABELS.contains(&label.as_str())) {
                assert!(metric.labels.contains(label), "{place}: {name} has no label {label}");
                let Some(known) = known.get(&(name.clone(), label.clone())) else { continue };
                assert!(
                    value.split('|').all(|value| known.contains(value)),
                    "{place}: {name} never has {label}={value}"
                );
            }
            used.insert(name);
        }
    }
    assert!(used.iter().eq(metrics.keys()), "the dashboard should show every metric, and has {used:?}");
}

/// Expressions of the alerts, which have a line each or are folded, and of the dashboard.
pub fn expressions() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for rule in read("deploy/prometheus/alerts.yml").split("- alert: ").skip(1) {
        let (name, rest) = rule.split_once('\n').unwrap();
        let (_, rest) = rest.split_once("expr: ").unwrap();
        let end = ["        for: ", "        labels: "].iter().filter_map(|next| rest.find(next)).min().unwrap();
        let lines: Vec<&str> = rest[..end].trim_start_matches(">-").split_whitespace().collect();
        found.push((name.to_owned(), lines.join(" ")));
    }
    let dashboard: Value = serde_json::from_str(&read("deploy/grafana/dashboard.json")).unwrap();
    for panel in dashboard["panels"].as_array().unwrap() {
        for target in panel["targets"].as_array().into_iter().flatten() {
            found.push((panel["title"].as_str().unwrap().to_owned(), target["expr"].as_str().unwrap().to_owned()));
        }
    }
    for annotation in dashboard["annotations"]["list"].as_array().unwrap() {
        found.push(("annotation".to_owned(), annotation["expr"].as_str().unwrap().to_owned()));
    }
    assert!(found.len() > 50, "{}", found.len());
    found
}

/// Finds the metrics of the program in an expression.
fn selectors(expression: &str) -> Vec<Selector> {
    let mut found = Vec::new();
    for (at, _) in expression.match_indices("neuralbox_") {
        let rest = &expression[at..];
        let end = rest.find(|c: char| !c.is_ascii_lowercase() && c != '_').unwrap_or(rest.len());
        let (name, rest) = rest.split_at(end);
        let inside = rest.strip_prefix('{').and_then(|rest| rest.split_once('}')).map_or("", |(inside, _)| inside);
        let values = inside.split(", ").filter_map(|matcher| {
            let (label, value) = matcher.split_once("=~").or_else(|| matcher.split_once('='))?;
            Some((label.to_owned(), value.trim_matches('"').replace("5..", "500")))
        });
        found.push(Selector { name: name.to_owned(), values: values.collect() });
    }
    found
}

/// Metrics of the page.
fn page() -> BTreeMap<String, Metric> {
    let rows = rows("## Names");
    let metrics = rows.into_iter().map(|cells| {
        let labels = cells[2].split(", ").filter(|label| !label.is_empty()).map(plain).collect();
        (plain(&cells[0]), Metric { kind: cells[1].clone(), labels, meaning: cells[3].clone() })
    });
    metrics.collect()
}

/// Values of labels that the page lists, by metric and label.
fn values() -> BTreeMap<(String, String), BTreeSet<String>> {
    let rows = rows("## Values of labels").into_iter().filter(|cells| cells[2].starts_with('`'));
    let values = rows.map(|cells| {
        let values = cells[2].split('`').skip(1).step_by(2).map(ToOwned::to_owned).collect();
        ((plain(&cells[0]), plain(&cells[1])), values)
    });
    values.collect()
}

/// Rows of the table under a heading of the page.
fn rows(heading: &str) -> Vec<Vec<String>> {
    let page = read(PAGE);
    let (_, section) = page.split_once(&format!("{heading}\n")).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let lines = section.lines().filter(|line| line.starts_with("| `"));
    lines.map(|line| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()).collect()
}

fn plain(text: &str) -> String {
    text.trim_matches('`').to_owned()
}

/// Metrics that the program exposes after each was recorded.
fn recorded() -> BTreeMap<String, Metric> {
    let text = exposition();
    let mut metrics: BTreeMap<String, Metric> = BTreeMap::new();
    for line in text.lines() {
        if let Some((name, meaning)) = line.strip_prefix("# HELP ").and_then(|rest| rest.split_once(' ')) {
            meaning.clone_into(&mut metrics.entry(name.to_owned()).or_default().meaning);
        } else if let Some((name, kind)) = line.strip_prefix("# TYPE ").and_then(|rest| rest.split_once(' ')) {
            let before = std::mem::replace(&mut metrics.entry(name.to_owned()).or_default().kind, kind.to_owned());
            assert_eq!(before, "", "{name} is exposed twice");
        } else if let Some((name, labels)) = line.split_once('{') {
            let histogram = ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end));
            let name = histogram.filter(|name| metrics.contains_key(*name)).unwrap_or(name);
            let labels =
                labels.split("\",").filter_map(|label| label.split_once('=')).map(|(label, _)| label.to_owned());
            metrics.get_mut(name).unwrap().labels.extend(labels.filter(|label| label != "le"));
        }
    }
    metrics
}

/// Records every metric once, and returns what Prometheus reads.
pub fn exposition() -> String {
    let handle = metrics::install_recorder().unwrap();
    let duration = Duration::from_millis(3);
    metrics::http_request_duration_seconds("/api/v2/keys", "GET", 200, duration);
    metrics::http_connections_refused_total("full");
    metrics::db_statement_duration_seconds(duration, "ok");
    metrics::db_commit_batch_size(3);
    metrics::db_writes_total("neuralbox_auth::store::sessions::EndSession");
    metrics::key_verifications_total("admitted");
    metrics::key_cache_misses_total();
    metrics::key_cache_entries(3);
    metrics::sign_ins_total("widget", "ok");
    metrics::session_refreshes_total("ok");
    metrics::usage_charges_total("charged");
    metrics::payment_checkouts_total("accepted");
    metrics::payments_total("delivered");
    metrics::payment_refunds_total();
    metrics::bot_updates_total("handled");
    metrics::bot_unknown_parts_total("field");
    metrics::redis_up(Availability::Up);
    metrics::leak_reports_total("true_positive");
    metrics::notice_deliveries_total("sent");
    metrics::broadcast_deliveries_total("sent", 3);
    metrics::broadcast_recipients_enqueued_total(3);
    metrics::broadcast_send_duration_seconds(duration);
    metrics::password_operations_total("right");
    metrics::password_hash_duration_seconds(duration);
    metrics::mail_deliveries_total("reset_password", "sent");
    metrics::mail_up(Availability::Down);
    metrics::telegram_up(Availability::Up);
    handle.run_upkeep();
    handle.render()
}
