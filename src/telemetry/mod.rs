//! Telemetry: log lines and metrics.

pub mod metrics;

use std::io::IsTerminal;

use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Format of the log lines (`NEURALBOX_LOG`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// Plain lines for people, without the log target.
    #[default]
    Text,
    /// One JSON object a line, for log collectors.
    Json,
}

/// Checks a filter in the syntax of `RUST_LOG`.
pub fn check_filter(filter: &str) -> Result<(), String> {
    filter.parse::<Targets>().map(drop).map_err(|error| error.to_string())
}

/// Starts logging to standard error. `filter` has the syntax of `RUST_LOG`.
pub fn start_logging(filter: &str, format: LogFormat) -> Result<(), String> {
    let filter: Targets = filter.parse().map_err(|error| format!("RUST_LOG: {error}"))?;
    let (subscriber, stderr) = (tracing_subscriber::registry(), std::io::stderr);
    let lines = tracing_subscriber::fmt::layer().with_writer(stderr);
    // Colours are for people: a file and a collector of logs get none.
    let lines = if stderr().is_terminal() { lines } else { lines.with_ansi(false) };
    match format {
        LogFormat::Text => subscriber.with(lines.with_target(false)).with(filter).try_init(),
        LogFormat::Json => subscriber.with(lines.json()).with(filter).try_init(),
    }
    .map_err(|error| error.to_string())
}
