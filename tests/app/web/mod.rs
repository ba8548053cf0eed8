//! Rules of the HTTP interface as a whole.

mod authority;
mod cookies_and_cors;
mod embed;
pub mod embedded;
mod errors;
mod generated_clients;
mod hang_ups;
mod header_bytes;
mod health;
mod recent_sign_in;
mod reference;
mod validation;
