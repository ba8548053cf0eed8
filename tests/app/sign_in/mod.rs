//! Sign-in methods of the HTTP API.

mod attempt_limits;
mod bot_sign_in;
mod email;
mod email_accounts;
mod email_identity;
mod email_secrets;
mod google_upstream_server;
mod init_data;
mod login_widget;
mod login_widget_refusals;
mod passwords;
mod spent_payloads;
mod upstream_faults;
mod upstream_oidc;
mod upstream_telegram;
