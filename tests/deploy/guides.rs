//! The guides for operators: what they name exists.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use sqlx::{Connection, Executor, SqliteConnection};

use crate::program::Names;
use crate::tools::{files, read, settings};

/// Guides that this test reads. Commands and settings in them are the program's.
const GUIDES: [&str; 7] = [
    "README.md",
    "docs/install.md",
    "docs/upgrade.md",
    "docs/several-instances.md",
    "docs/capacity.md",
    "docs/metrics.md",
    "docs/release-notes.md",
];
/// Commands of the program, as its `--help` lists them.
const COMMANDS: [&str; 8] = ["serve", "demo", "sandbox", "migrate", "doctor", "health", "backup", "admin"];

#[test]
fn links_lead_somewhere() {
    let mut seen = 0;
    for guide in GUIDES.into_iter().map(Path::new) {
        let text = read(guide);
        for target in text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next()) {
            if target.is_empty() || target.contains("://") {
                continue;
            }
            seen += 1;
            let file = guide.parent().unwrap().join(target);
            assert!(file.exists(), "{} links to {target}", guide.display());
        }
    }
    assert!(seen > 30, "the search should find the links, and found {seen}");
}

#[test]
fn headings_that_are_linked_exist() {
    for guide in GUIDES.into_iter().map(Path::new) {
        let text = read(guide);
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let Some((target, anchor)) = link.split_once('#').filter(|(target, _)| !target.contains("://")) else {
                continue;
            };
            let file = if target.is_empty() { guide.to_owned() } else { guide.parent().unwrap().join(target) };
            let has = read(&file).lines().filter(|line| line.starts_with('#')).any(|line| slug(line) == anchor);
            assert!(has, "{} links to {link}", guide.display());
        }
    }
}

/// A wrong name would stop the start.
#[test]
fn settings_that_are_named_exist() {
    let known = settings();
    let places = GUIDES.into_iter().map(PathBuf::from).chain(files(Path::new("deploy")));
    let mut seen = BTreeSet::new();
    for file in places {
        let text = read(&file);
        for (at, _) in text.match_indices("NEURALBOX_") {
            let rest = &text[at..];
            let end = rest.find(|c: char| !c.is_ascii_uppercase() && c != '_').unwrap_or(rest.len());
            let name = &rest[..end];
            assert!(known.contains(name) || rest[end..].starts_with('…'), "{}: {name}", file.display());
            seen.insert(name.to_owned());
        }
    }
    assert!(seen.len() > 10, "the search should find the names");
}

#[test]
fn commands_that_are_named_exist() {
    let folder = tempfile::tempdir().unwrap();
    let help = Names::default().run(folder.path(), &["--help"]).out;
    assert!(COMMANDS.iter().all(|command| help.contains(&format!("\n  {command} "))), "{help}");
    let mut seen = 0;
    for guide in GUIDES {
        let text = read(guide);
        let calls = ["`neuralbox-auth ", "&& neuralbox-auth ", "-- neuralbox-auth ", "\nneuralbox-auth "];
        for rest in calls.iter().flat_map(|call| text.split(call).skip(1)) {
            let command = rest.split(|c: char| !c.is_ascii_lowercase()).next().unwrap();
            assert!(COMMANDS.contains(&command), "{guide}: neuralbox-auth {command}");
            seen += 1;
        }
    }
    assert!(seen > 15, "the search should find the commands, and found {seen}");
}

/// As `docs/upgrade.md` says of a step back.
#[tokio::test(flavor = "multi_thread")]
async fn an_old_program_refuses_a_newer_database_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let names = Names::usual("http://127.0.0.1:9", "sqlite://a.db");
    assert_eq!(names.run(folder.path(), &["migrate"]).code, Some(0));
    let file = folder.path().join("a.db");
    let mut connection = SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.unwrap();
    let newer = "insert into _sqlx_migrations (version, description, installed_on, success, checksum, execution_time)
                 values (9999, 'to come', current_timestamp, true, '', 0)";
    connection.execute(newer).await.unwrap();
    connection.close().await.unwrap();
    let before = std::fs::read(&file).unwrap();
    for command in ["serve", "migrate"] {
        let ran = names.run(folder.path(), &[command]);
        assert_eq!(ran.code, Some(1), "{command}: {ran:?}");
        assert!(ran.err.contains("DATABASE_URL") && ran.err.contains("9999"), "{command}: {}", ran.err);
    }
    assert!(std::fs::read(&file).unwrap() == before, "the database changed");
}

/// Anchor of a heading, as GitHub makes it.
fn slug(heading: &str) -> String {
    let text = heading.trim_start_matches('#').trim().to_lowercase();
    text.chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}
