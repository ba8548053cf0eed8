//! Rules of names, folders and prose (`docs/glossary.md`), enforced by searching the source.

#![expect(clippy::unwrap_used, reason = "a test reports a failure by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Names reserved for planned features, and names without meaning.
const RESERVED: [&str; 19] = [
    "Budget",
    "Hold",
    "KeyRules",
    "UsageSpike",
    "ServiceScope",
    "IdentityAssertion",
    "RecoveryCode",
    "Event",
    "Delivery",
    "Endpoint",
    "ServiceCredential",
    "Passkey",
    "Authenticator",
    "Challenge",
    "From",
    "Of",
    "Asked",
    "Taken",
    "Parts",
];
/// Maximum number of entries of a source folder.
const MAX_ENTRIES: usize = 15;
/// Maximum number of lines of a source file without its unit tests.
const MAX_LINES: usize = 300;
/// Phrases with a replacement in section 5 of the glossary.
const BANNED: [&str; 14] = [
    "in hand",
    "whoever",
    "whomever",
    "so many",
    "anew",
    "once more",
    "in vain",
    "is to be",
    "works no more",
    "for ever",
    "as good as",
    "goes on",
    "cannot be had",
    "what came of it",
];

#[test]
fn no_type_name_is_defined_twice_or_reserved() {
    let mut defined: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    for file in files(Path::new("src"), &["rs"]) {
        for name in type_names(&fs::read_to_string(&file).unwrap()) {
            defined.entry(name).or_default().push(file.clone());
        }
    }
    assert!(defined.len() > 500, "the search should find the types");
    for (name, places) in defined.iter().filter(|(name, _)| *name != "Result") {
        assert!(places.len() == 1, "{name} is defined in {places:?}");
        assert!(!RESERVED.contains(&name.as_str()), "{name} in {places:?} is reserved: see docs/glossary.md");
    }
}

#[test]
fn folders_and_files_stay_small() {
    for folder in folders(Path::new("src")) {
        let entries =
            fs::read_dir(&folder).unwrap().filter(|entry| entry.as_ref().unwrap().file_name() != "mod.rs").count();
        assert!(entries <= MAX_ENTRIES, "{} has {entries} entries: give its features rooms", folder.display());
    }
    for file in files(Path::new("src"), &["rs"]) {
        let text = fs::read_to_string(&file).unwrap();
        let lines = text.split("#[cfg(test)]\nmod ").next().unwrap().lines().count();
        assert!(lines <= MAX_LINES, "{} has {lines} lines: give it a second room", file.display());
    }
}

#[test]
fn prose_keeps_to_the_glossary() {
    let roots = ["src", "crates", "benches", "scripts", "templates", "locales/en", "docs"].map(Path::new);
    let kinds = ["rs", "html", "txt", "css", "js", "ftl", "md", "py", "toml", "lua"];
    let tops = ["README.md", ".env.example", "scripts/fuzz", "scripts/screenshots", "scripts/test"].map(PathBuf::from);
    let all = roots.iter().flat_map(|root| files(root, &kinds)).chain(tops);
    let mut found = Vec::new();
    for file in all.filter(|file| !file.ends_with("docs/glossary.md") && !file.ends_with("common_passwords.txt")) {
        for (number, line) in fs::read_to_string(&file).unwrap().lines().enumerate() {
            let line = line.to_lowercase();
            let phrases = BANNED.iter().filter(|phrase| has_phrase(&line, phrase));
            found.extend(phrases.map(|phrase| format!("{}:{}: {phrase}", file.display(), number + 1)));
        }
    }
    assert!(found.is_empty(), "docs/glossary.md has better words:\n{}", found.join("\n"));
}

#[test]
fn phrases_are_whole_words() {
    assert!(has_phrase("kept in hand.", "in hand") && has_phrase("in hand", "in hand"));
    assert!(!has_phrase("in handler", "in hand") && !has_phrase("begin handing", "in hand"));
}

/// Returns names of structs, enums, traits, unions and type aliases that start a line.
fn type_names(text: &str) -> Vec<String> {
    let kinds = ["struct ", "enum ", "trait ", "union ", "type "];
    let name = |line: &str| {
        let line = match line.strip_prefix("pub") {
            Some(rest) if rest.starts_with('(') => rest.split_once(") ").map_or(rest, |(_, rest)| rest),
            Some(rest) => rest.trim_start(),
            None => line,
        };
        let rest = kinds.iter().find_map(|kind| line.strip_prefix(kind))?;
        Some(rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect())
    };
    text.lines().filter_map(name).collect()
}

fn has_phrase(line: &str, phrase: &str) -> bool {
    let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    line.match_indices(phrase).any(|(at, _)| {
        let (before, after) = (line.get(..at).unwrap(), line.get(at + phrase.len()..).unwrap());
        !is_word(before.chars().next_back()) && !is_word(after.chars().next())
    })
}

fn files(root: &Path, kinds: &[&str]) -> Vec<PathBuf> {
    let entries = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| if path.is_dir() { files(&path, kinds) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|kind| kinds.iter().any(|known| kind == *known)))
        .collect()
}

fn folders(root: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path());
    let mut found = vec![root.to_path_buf()];
    found.extend(entries.filter(|path| path.is_dir()).flat_map(|path| folders(&path)));
    found
}
