//! Telemetry: log lines and metrics.

pub mod metrics;

use tracing_subscriber::EnvFilter;

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
    EnvFilter::try_new(filter).map(drop).map_err(|error| error.to_string())
}

/// Starts logging to standard error. `filter` has the syntax of `RUST_LOG`.
pub fn start_logging(filter: &str, format: LogFormat) -> Result<(), String> {
    let filter = EnvFilter::try_new(filter).map_err(|error| format!("RUST_LOG: {error}"))?;
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match format {
        LogFormat::Text => lines.with_target(false).try_init(),
        LogFormat::Json => lines.json().try_init(),
    }
    .map_err(|error| error.to_string())
}
