//! Email accounts against other people: registrations by strangers, resets, floods of passwords and mails.

mod password_pace;
mod registration;
mod registration_twice;
mod reset_by_email;
