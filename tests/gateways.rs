//! The configurations of `deploy/gateways`, in the real programs: between a caller, the service, and an API that writes down
//! what reaches it.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    unreachable_pub,
    reason = "a test says what it means by failing"
)]

#[expect(dead_code, unused_imports, reason = "tests/app uses all of it")]
#[path = "app/support/mod.rs"]
mod support;

#[path = "gateways/api.rs"]
mod api;
#[path = "gateways/program.rs"]
mod program;
#[path = "gateways/scene.rs"]
mod scene;
#[path = "gateways/wire.rs"]
mod wire;

#[path = "gateways/closed.rs"]
mod closed;
#[path = "gateways/connections.rs"]
mod connections;
#[path = "gateways/handed_on.rs"]
mod handed_on;
#[path = "gateways/identity.rs"]
mod identity;
#[path = "gateways/refusals.rs"]
mod refusals;
