//! Writes that a service requested, by kind, from its metrics.

use super::{App, ask};

/// Returns the number of writes of a kind, such as `RefreshSession`, that this process has requested so far.
pub async fn writes(app: &App, kind: &str) -> u64 {
    let metrics = ask(reqwest::Client::new().get(format!("{}/metrics", app.metrics_url))).await.text;
    let line = format!("neuralbox_db_writes_total{{kind=\"{kind}\"}} ");
    metrics.lines().find_map(|text| text.strip_prefix(&line)?.parse().ok()).unwrap_or(0)
}
