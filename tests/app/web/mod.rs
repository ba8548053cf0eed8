//! Rules of the whole HTTP interface.

mod authority;
mod cookies_and_cors;
mod embedded;
mod errors;
mod hang_ups;
mod health;
