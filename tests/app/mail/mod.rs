//! Delivery of mails.

mod mail_faults;
mod mail_upstream_server;
