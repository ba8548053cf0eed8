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
/// Maximum number of entries of a source folder beside its `mod.rs`.
const MAX_ENTRIES: usize = 15;
/// Maximum number of lines of a source file without its unit tests.
const MAX_LINES: usize = 300;
/// Maximum number of lines of a function, signature included.
const MAX_FUNCTION_LINES: usize = 50;
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
fn functions_stay_short() {
    let mut seen = 0;
    for file in ["src", "crates"].into_iter().flat_map(|root| files(Path::new(root), &["rs"])) {
        let text = fs::read_to_string(&file).unwrap();
        for (name, lines) in functions(text.split("#[cfg(test)]\nmod ").next().unwrap()) {
            seen += 1;
            assert!(lines <= MAX_FUNCTION_LINES, "{name} in {} has {lines} lines", file.display());
        }
    }
    assert!(seen > 1000, "the search should find the functions");
}

#[test]
fn the_length_of_a_function_ends_with_its_brace() {
    let text =
        "trait T {\n    fn none();\n}\npub(crate) async fn two(\n    a: A,\n) {\n    if a {\n    }\n}\nfn one() {}\n";
    assert_eq!(functions(text), [("two".to_owned(), 6)]);
}

#[test]
fn prose_keeps_to_the_glossary() {
    let roots = ["src", "crates", "benches", "scripts", "templates", "locales/en", "docs"].map(Path::new);
    let kinds = ["rs", "html", "txt", "css", "js", "ftl", "md", "py", "toml", "lua"];
    let tops = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", ".env.example"].map(PathBuf::from);
    let scripts = ["scripts/fuzz", "scripts/screenshots", "scripts/test"].map(PathBuf::from);
    let prose = roots.iter().flat_map(|root| files(root, &kinds)).chain(tops).chain(scripts);
    let all = prose.chain(files(Path::new("tests"), &["rs"]));
    // The files that name the phrases, and one that is not prose.
    let left_out = ["docs/glossary.md", "tests/house.rs", "common_passwords.txt"];
    let mut found = Vec::new();
    for file in all.filter(|file| !left_out.iter().any(|name| file.ends_with(name))) {
        for (number, line) in fs::read_to_string(&file).unwrap().lines().enumerate() {
            // The names of tests are sentences, too.
            let line = line.to_lowercase().replace('_', " ");
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

/// Returns name and length of the functions of a formatted text, without those of one line.
fn functions(text: &str) -> Vec<(String, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let length = |start: usize| {
        let rest = lines.get(start..).unwrap();
        // The declaration of a trait ends with its signature.
        let signature_end = rest.iter().find(|line| line.ends_with(['{', ';', '}']))?;
        let indent: String = rest.first()?.chars().take_while(|c| *c == ' ').collect();
        let end = rest.iter().position(|line| *line == format!("{indent}}}"))?;
        signature_end.ends_with('{').then_some(end + 1)
    };
    let function = |(start, line): (usize, &&str)| Some((function_name(line)?, length(start)?));
    lines.iter().enumerate().filter_map(function).collect()
}

/// Returns the name of the function that a line begins to define.
fn function_name(line: &str) -> Option<String> {
    let (qualifiers, rest) = line.trim_start().split_once("fn ")?;
    let is_definition =
        qualifiers.is_empty() || ["pub", "const ", "async "].iter().any(|word| qualifiers.starts_with(word));
    is_definition.then(|| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect())
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
