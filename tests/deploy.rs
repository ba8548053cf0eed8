//! The files in `deploy` and the guides beside them: valid by the tools that read them, and true of the program.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    unreachable_pub,
    reason = "a test reports a failure by panicking"
)]

#[expect(dead_code, reason = "only tests/process uses every helper")]
#[path = "process/program.rs"]
mod program;
#[path = "deploy/tools.rs"]
mod tools;

#[path = "deploy/compose.rs"]
mod compose;
#[path = "deploy/guides.rs"]
mod guides;
#[path = "deploy/image.rs"]
mod image;
#[path = "deploy/kubernetes.rs"]
mod kubernetes;
#[path = "deploy/metrics.rs"]
mod metrics;
#[path = "deploy/prometheus.rs"]
mod prometheus;
#[path = "deploy/systemd.rs"]
mod systemd;
