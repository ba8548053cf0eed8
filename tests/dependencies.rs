//! Rules of dependencies: each has a licence that `deny.toml` allows, and each that is declared is used.
//!
//! `cargo deny` checks more, but needs the network. This test needs what was compiled, and nothing else.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test reports a failure by panicking"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Dependencies that no source file names, with the reason to declare them.
const UNNAMED: [(&str, &str); 0] = [];

#[test]
fn every_licence_is_allowed() {
    let rules: toml::Table = fs::read_to_string("deny.toml").unwrap().parse().unwrap();
    let rules = rules["licenses"].as_table().unwrap();
    let texts = |list: &toml::Value| -> Vec<String> {
        list.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
    };
    let allowed = texts(&rules["allow"]);
    let exceptions = rules["exceptions"].as_array().unwrap();
    let packages = metadata();
    assert!(packages.len() > 200, "the dependency tree should be read");
    let refused: Vec<_> = packages
        .iter()
        .filter(|package| {
            let name = package["name"].as_str().unwrap();
            let more = exceptions.iter().filter(|exception| exception["crate"].as_str() == Some(name));
            let allowed: Vec<_> =
                more.flat_map(|exception| texts(&exception["allow"])).chain(allowed.clone()).collect();
            !package["license"].as_str().is_some_and(|licence| is_allowed(licence, &allowed))
        })
        .map(|package| format!("{} {}: {}", package["name"], package["version"], package["license"]))
        .collect();
    assert!(refused.is_empty(), "licences that deny.toml does not allow:\n{}", refused.join("\n"));
}

#[test]
fn licence_expressions_are_read_as_spdx_defines_them() {
    let allowed = ["MIT", "Zlib", "Apache-2.0 WITH LLVM-exception"].map(ToOwned::to_owned);
    for licence in
        ["MIT", "GPL-3.0 OR MIT", "MIT/Unlicense", "(GPL-3.0 OR MIT) AND Zlib", "Apache-2.0 WITH LLVM-exception"]
    {
        assert!(is_allowed(licence, &allowed), "{licence}");
    }
    for licence in ["GPL-3.0", "MIT AND GPL-3.0", "(MIT OR Zlib) AND GPL-3.0", "Apache-2.0", ""] {
        assert!(!is_allowed(licence, &allowed), "{licence}");
    }
}

#[test]
fn every_declared_dependency_is_used() {
    let unused: Vec<_> = [".", "crates/telegram-sandbox"].iter().flat_map(|member| unused(Path::new(member))).collect();
    assert!(unused.is_empty(), "declared and not used: {unused:?}");
}

fn unused(member: &Path) -> Vec<String> {
    let manifest: toml::Table = fs::read_to_string(member.join("Cargo.toml")).unwrap().parse().unwrap();
    let (program, tests) = (sources(member, &["src"]), sources(member, &["src", "tests", "benches"]));
    let of = |section: &str, text: &str| -> Vec<String> {
        let names = manifest.get(section).and_then(toml::Value::as_table).into_iter().flat_map(toml::Table::keys);
        names.filter(|name| !is_named(text, name)).map(|name| format!("{}: {name}", member.display())).collect()
    };
    [of("dependencies", &program), of("dev-dependencies", &tests)].concat()
}

/// True if a path of the crate appears in the text.
fn is_named(text: &str, dependency: &str) -> bool {
    let name = dependency.replace('-', "_");
    let follows = |at: usize| text[..at].chars().next_back().is_none_or(|last| !last.is_alphanumeric() && last != '_');
    UNNAMED.iter().any(|(unnamed, _)| *unnamed == dependency)
        || text.match_indices(&format!("{name}::")).any(|(at, _)| follows(at))
}

fn sources(member: &Path, folders: &[&str]) -> String {
    let mut text = String::new();
    let mut paths: Vec<PathBuf> = folders.iter().map(|folder| member.join(folder)).collect();
    while let Some(path) = paths.pop() {
        if path.is_dir() {
            paths.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            text += &fs::read_to_string(path).unwrap();
        }
    }
    text
}

/// Packages that are compiled on this platform, tests included.
fn metadata() -> Vec<Value> {
    let version = run(Command::new("rustc").arg("-vV"));
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).expect("the platform of this compiler");
    let options = ["metadata", "--format-version", "1", "--locked", "--offline", "--filter-platform", host];
    let read: Value = serde_json::from_str(&run(Command::new("cargo").args(options))).unwrap();
    let used = read["resolve"]["nodes"].as_array().unwrap();
    let is_used = |package: &&Value| used.iter().any(|node| node["id"] == package["id"]);
    read["packages"].as_array().unwrap().iter().filter(is_used).cloned().collect()
}

fn run(command: &mut Command) -> String {
    let output = command.output().expect("the Rust toolchain");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// True if an SPDX expression can be satisfied with the allowed licences. `AND` binds closer than `OR`; `/` is the old
/// way to write `OR`.
fn is_allowed(expression: &str, allowed: &[String]) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let mut words = spaced.split_whitespace().peekable();
    any_of(&mut words, allowed) && words.next().is_none()
}

type Words<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

fn any_of(words: &mut Words<'_>, allowed: &[String]) -> bool {
    let mut is_satisfied = all_of(words, allowed);
    while words.next_if_eq(&"OR").is_some() {
        is_satisfied |= all_of(words, allowed);
    }
    is_satisfied
}

fn all_of(words: &mut Words<'_>, allowed: &[String]) -> bool {
    let mut is_satisfied = one(words, allowed);
    while words.next_if_eq(&"AND").is_some() {
        is_satisfied &= one(words, allowed);
    }
    is_satisfied
}

fn one(words: &mut Words<'_>, allowed: &[String]) -> bool {
    if words.next_if_eq(&"(").is_some() {
        let is_satisfied = any_of(words, allowed);
        return words.next() == Some(")") && is_satisfied;
    }
    let mut licence = words.next().unwrap_or_default().to_owned();
    if words.next_if_eq(&"WITH").is_some() {
        licence += " WITH ";
        licence += words.next().unwrap_or_default();
    }
    allowed.contains(&licence)
}
