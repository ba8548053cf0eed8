//! Reads names one after another, and keeps every fault until the end.

use std::collections::BTreeMap;

use crate::config::{ConfigErrors, SETTINGS};

/// Takes names one by one and keeps what is wrong.
pub(super) struct EnvReader {
    names: BTreeMap<String, String>,
    faults: Vec<(String, String)>,
}

impl EnvReader {
    /// Begins with what is not known: most likely misspelled.
    pub(super) fn new(mut names: BTreeMap<String, String>) -> Self {
        names.retain(|_, value| !value.trim().is_empty());
        let ours = names.keys().filter(|name| name.starts_with("NEURALBOX_"));
        let unknown = ours.filter(|name| !SETTINGS.iter().any(|known| known == name));
        let faults = unknown.map(|name| (name.clone(), nearest(name))).collect();
        Self { names, faults }
    }

    /// A name that may be unset, without spaces around its value.
    pub(super) fn optional<T>(&mut self, name: &str, parse: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        self.raw(name, |value| parse(value.trim()))
    }

    /// The same, with its value as it is.
    pub(super) fn raw<T>(&mut self, name: &str, parse: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        let value = self.names.get(name)?;
        parse(value).map_err(|what| self.faults.push((name.to_owned(), what))).ok()
    }

    /// A name with a default.
    pub(super) fn or<T>(&mut self, name: &str, default: &str, parse: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        if self.names.contains_key(name) { self.optional(name, parse) } else { parse(default).ok() }
    }

    /// A name that must be set; `what` says what it is.
    pub(super) fn required<T>(
        &mut self,
        name: &str,
        what: &str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        if !self.names.contains_key(name) {
            self.faults.push((name.to_owned(), format!("is required: {what}")));
        }
        self.optional(name, parse)
    }

    /// One of two names is nothing without the other.
    pub(super) fn together(&mut self, one: &str, other: &str) {
        for (is_set, is_missing) in [(one, other), (other, one)] {
            if self.names.contains_key(is_set) && !self.names.contains_key(is_missing) {
                self.faults.push((is_missing.to_owned(), format!("is required when {is_set} is set")));
            }
        }
    }

    /// Whether all was well.
    pub(super) fn finish(self) -> Result<(), ConfigErrors> {
        if self.faults.is_empty() { Ok(()) } else { Err(ConfigErrors(self.faults)) }
    }
}

fn nearest(name: &str) -> String {
    let common = |known: &str| known.bytes().zip(name.bytes()).take_while(|(a, b)| a == b).count();
    let nearest = SETTINGS.iter().filter(|known| known.starts_with("NEURALBOX_")).max_by_key(|known| common(known));
    match nearest.filter(|known| common(known) > "NEURALBOX_".len() + 2) {
        Some(known) => format!("is not known; did you mean {known}?"),
        None => "is not known".to_owned(),
    }
}
