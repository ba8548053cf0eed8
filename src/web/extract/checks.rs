//! Checks of field values that several requests share. The domain makes them again; here they name their fields together
//! with all other errors.

use crate::domain::accounts::profile;
use crate::model::api_key::KeyName;
use crate::model::sign_in::email_address::Email;
use crate::model::sign_in::password::{Password, PasswordWeakness};

/// Checks an email address.
pub(in crate::web) fn email(text: &str) -> Result<(), &'static str> {
    Email::parse(text).map(drop)
}

/// Checks a new password alone. The domain also compares it with the name and the address.
pub(in crate::web) fn new_password(text: &str) -> Result<(), &'static str> {
    Password::choose(text, "", None).map(drop).map_err(PasswordWeakness::message)
}

/// Checks the name of a person.
pub(in crate::web) fn person_name(text: &str) -> Result<(), &'static str> {
    profile::check_person_name(text)
}

/// Checks the language of a person.
pub(in crate::web) fn language(text: &str) -> Result<(), &'static str> {
    profile::parse_language(text).map(drop)
}

/// Checks the name of an API key.
pub(in crate::web) fn key_name(text: &str) -> Result<(), &'static str> {
    KeyName::parse(text).map(drop)
}
