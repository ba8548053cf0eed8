//! Sessions and their tokens.

mod access_token;
mod introspection;
mod refresh;
mod refresh_races;
mod refused_refreshes;
mod sessions;
mod several_cookies;
mod sign_in_again;
mod sign_out;
mod token_theft;
