//! Reader of settings. Collects all errors, so that one start reports them together.

use std::collections::BTreeMap;

use crate::config::{ConfigErrors, SETTINGS};

/// Settings by name, and the errors found so far.
pub(super) struct EnvReader {
    names: BTreeMap<String, String>,
    errors: Vec<(String, String)>,
}

impl EnvReader {
    /// Starts with an error for each unknown name, most likely a misspelling.
    pub(super) fn new(mut names: BTreeMap<String, String>) -> Self {
        names.retain(|_, value| !value.trim().is_empty());
        let ours = names.keys().filter(|name| name.to_ascii_uppercase().starts_with("NEURALBOX_"));
        let unknown = ours.filter(|name| !SETTINGS.iter().any(|known| known == name));
        let errors = unknown.map(|name| (name.clone(), unknown_setting(name))).collect();
        Self { names, errors }
    }

    /// Reads an optional setting. Trims its value. Quotes around it are refused: the file `.env` has lost them by now, and
    /// Docker's `--env-file` keeps them.
    pub(super) fn optional<T>(&mut self, name: &str, parse: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        self.raw(name, |value| {
            let value = value.trim();
            let is_quoted = |quote: char| value.len() > 1 && value.starts_with(quote) && value.ends_with(quote);
            if is_quoted('"') || is_quoted('\'') {
                return Err("expected a value without quotes around it, got one in quotes".to_owned());
            }
            parse(value)
        })
    }

    /// Reads an optional setting without trimming its value.
    pub(super) fn raw<T>(&mut self, name: &str, parse: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        let value = self.names.get(name)?;
        parse(value).map_err(|what| self.errors.push((name.to_owned(), what))).ok()
    }

    /// Reads a setting with a default.
    pub(super) fn or<T>(&mut self, name: &str, default: &str, parse: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        if self.names.contains_key(name) { self.optional(name, parse) } else { parse(default).ok() }
    }

    /// Reads a required setting. `expected` completes the error text "expected …".
    pub(super) fn required<T>(
        &mut self,
        name: &str,
        expected: &str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        if !self.names.contains_key(name) {
            self.errors.push((name.to_owned(), format!("expected {expected}, got nothing")));
        }
        self.optional(name, parse)
    }

    /// Requires two settings to be set together.
    pub(super) fn together(&mut self, one: &str, other: &str) {
        for (is_set, is_missing) in [(one, other), (other, one)] {
            if self.names.contains_key(is_set) && !self.names.contains_key(is_missing) {
                let what = format!("expected a value because {is_set} is set, got nothing");
                self.errors.push((is_missing.to_owned(), what));
            }
        }
    }

    /// Adds an error that follows from several settings.
    pub(super) fn refuse(&mut self, name: &str, what: String) {
        self.errors.push((name.to_owned(), what));
    }

    /// Returns the errors, if any.
    pub(super) fn finish(self) -> Result<(), ConfigErrors> {
        if self.errors.is_empty() { Ok(()) } else { Err(ConfigErrors(self.errors)) }
    }
}

fn unknown_setting(name: &str) -> String {
    let upper = name.to_ascii_uppercase();
    let common = |known: &str| known.bytes().zip(upper.bytes()).take_while(|(a, b)| a == b).count();
    let nearest = SETTINGS.iter().filter(|known| known.starts_with("NEURALBOX_")).max_by_key(|known| common(known));
    match nearest.filter(|known| common(known) > "NEURALBOX_".len() + 2) {
        Some(known) => format!("unknown setting, did you mean {known}?"),
        None => "unknown setting".to_owned(),
    }
}
