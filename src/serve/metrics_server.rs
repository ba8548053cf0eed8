//! The metrics server answers `/metrics` on a listener of its own, so that the endpoint is never reachable from
//! outside.

use std::time::Duration;

use axum::Router;
use axum::routing::get;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Interval at which the exporter folds recorded values into its histograms.
const METRICS_UPKEEP_INTERVAL: Duration = Duration::from_secs(5);

/// Serves `/metrics` until `stop`.
pub(super) async fn serve(
    listener: TcpListener,
    metrics: PrometheusHandle,
    stop: CancellationToken,
) -> std::io::Result<()> {
    let handle = metrics.clone();
    let routes = Router::new().route("/metrics", get(async move || handle.render()));
    let stopped = stop.clone().cancelled_owned();
    let serve = axum::serve(listener, routes).with_graceful_shutdown(stopped).into_future();
    // Recorded values pile up in memory until they are folded, even if nothing scrapes them.
    let upkeep = async {
        while tokio::time::timeout(METRICS_UPKEEP_INTERVAL, stop.cancelled()).await.is_err() {
            metrics.run_upkeep();
        }
    };
    tokio::join!(serve, upkeep).0
}
