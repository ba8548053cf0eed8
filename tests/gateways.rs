//! The configurations in `deploy/gateways`, run by the real gateways between a caller, the service and a recording API.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    unreachable_pub,
    reason = "a test reports a failure by panicking"
)]

#[expect(dead_code, unused_imports, reason = "only tests/app uses every helper")]
#[path = "app/support/mod.rs"]
mod support;

#[path = "gateways/api.rs"]
mod api;
#[path = "gateways/program.rs"]
mod program;
#[path = "gateways/raw_api.rs"]
mod raw_api;
#[path = "gateways/scene.rs"]
mod scene;
#[path = "gateways/talk.rs"]
mod talk;
#[path = "gateways/wire.rs"]
mod wire;

#[path = "gateways/closed.rs"]
mod closed;
#[path = "gateways/connections.rs"]
mod connections;
#[path = "gateways/handed_on.rs"]
mod handed_on;
#[path = "gateways/hop_by_hop.rs"]
mod hop_by_hop;
#[path = "gateways/identity.rs"]
mod identity;
#[path = "gateways/preflights.rs"]
mod preflights;
#[path = "gateways/proxy.rs"]
mod proxy;
#[path = "gateways/refusals.rs"]
mod refusals;
#[path = "gateways/tunnels.rs"]
mod tunnels;
