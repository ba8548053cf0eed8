//! Mail delivery.

mod mail_faults;
mod mail_upstream_server;
