//! Sign-in methods: the proofs that a person presents.

pub mod email_address;
pub mod init_data;
pub mod login_widget;
pub mod one_time_token;
pub mod password;
pub mod upstream_oidc;
