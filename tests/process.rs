//! The compiled program as an operator runs it: started, stopped, killed and restarted.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    unreachable_pub,
    reason = "a test reports a failure by panicking"
)]

#[path = "app/support/database.rs"]
mod database;
#[path = "process/program.rs"]
mod program;
#[path = "mail/sink.rs"]
mod sink;

#[path = "process/administering.rs"]
mod administering;
#[path = "process/backup.rs"]
mod backup;
#[path = "process/broadcasting.rs"]
mod broadcasting;
#[path = "process/broadcasts.rs"]
mod broadcasts;
#[path = "process/chats_killed.rs"]
mod chats_killed;
#[path = "process/concurrent_start.rs"]
mod concurrent_start;
#[path = "process/demo.rs"]
mod demo;
#[path = "process/doctor.rs"]
mod doctor;
#[path = "process/faults.rs"]
mod faults;
#[path = "process/files.rs"]
mod files;
#[path = "process/half_open.rs"]
mod half_open;
#[path = "process/killed.rs"]
mod killed;
#[path = "process/logs.rs"]
mod logs;
#[path = "process/mail.rs"]
mod mail;
#[path = "process/managed_servers.rs"]
mod managed_servers;
#[path = "process/oauth_clients.rs"]
mod oauth_clients;
#[path = "process/origins.rs"]
mod origins;
#[path = "process/payments.rs"]
mod payments;
#[path = "process/read_only.rs"]
mod read_only;
#[path = "process/sandbox.rs"]
mod sandbox;
#[path = "process/servers.rs"]
mod servers;
#[path = "process/settings.rs"]
mod settings;
#[path = "process/stopping.rs"]
mod stopping;
