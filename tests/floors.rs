//! Dependency rules of the floors: imports point down only, and `web`, `bot` and `jobs` do not import each other.

#![expect(clippy::unwrap_used, reason = "a test reports a failure by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

/// Each floor with the other modules it may import. Modules not listed compose the parts and may import all.
const FLOORS: [(&str, &[&str]); 9] = [
    ("model", &[]),
    ("telemetry", &[]),
    ("store", &["model", "telemetry"]),
    ("gateway", &["model", "telemetry"]),
    ("domain", &["model", "store", "gateway", "telemetry"]),
    ("messages", &["model", "gateway", "domain"]),
    ("web", &["model", "gateway", "domain", "telemetry"]),
    ("bot", &["model", "gateway", "domain", "messages", "telemetry"]),
    ("jobs", &["model", "gateway", "domain", "messages", "telemetry"]),
];
/// Rooms of `web`, and the rooms of it that they may not import: what both faces need stands beside them.
const WEB_STRANGERS: [(&str, &[&str]); 8] = [
    ("api", &["pages"]),
    ("pages", &["api"]),
    ("accounts", &["api", "pages"]),
    ("sign_in", &["api", "pages"]),
    ("oauth", &["api", "pages"]),
    ("extract", &["api", "pages"]),
    ("cookies", &["api", "pages"]),
    ("problem", &["api", "pages"]),
];
/// Modules that compose the parts. They may know the environment.
const COMPOSITION: [&str; 3] = ["lib", "serve", "cli"];

#[test]
fn every_import_looks_down() {
    let mut seen = 0;
    for file in rust_files(Path::new("src")) {
        let room = room_of(&file);
        let Some((_, below)) = FLOORS.iter().find(|(floor, _)| *floor == room) else { continue };
        for target in imports(&fs::read_to_string(&file).unwrap()) {
            seen += 1;
            assert!(
                target == room || below.contains(&target.as_str()),
                "{} is in {room} and may not import {target}",
                file.display()
            );
        }
    }
    assert!(seen > 100, "the search should find the imports");
}

#[test]
fn the_faces_of_the_web_do_not_know_each_other() {
    let mut seen = 0;
    for file in rust_files(Path::new("src/web")) {
        let Some((_, strangers)) = WEB_STRANGERS.iter().find(|(room, _)| file.starts_with(format!("src/web/{room}")))
        else {
            continue;
        };
        let text = fs::read_to_string(&file).unwrap();
        seen += text.matches("crate::web::").count();
        // The first segment of a path, and of every member of a group.
        for target in imports(&text.replace("crate::web::", "crate::")) {
            assert!(!strangers.contains(&target.as_str()), "{} may not import web::{target}", file.display());
        }
    }
    assert!(seen > 100, "the imports were found");
}

#[test]
fn page_paths_have_one_home() {
    for file in rust_files(Path::new("src/web/pages")) {
        let text = fs::read_to_string(&file).unwrap();
        let code = text.split("#[cfg(test)]\nmod ").next().unwrap();
        for (number, line) in code.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")) {
            // The wildcard of the router is the path of no page.
            let is_literal = line.contains("\"/web") && !line.contains("\"/web/{*rest}\"");
            assert!(!is_literal, "{}:{}: name the path in web/page_paths", file.display(), number + 1);
        }
    }
}

#[test]
fn every_room_has_its_floor() {
    for file in rust_files(Path::new("src")) {
        let room = room_of(&file);
        let known = FLOORS.iter().any(|(floor, _)| *floor == room) || COMPOSITION.contains(&room.as_str());
        assert!(known || room == "main" || room == "config", "{} is on no floor: add {room} to FLOORS", file.display());
    }
}

/// The form in which the API shows a value is the face's: a field renamed below must not change a response.
#[test]
fn only_web_describes_the_api() {
    for file in rust_files(Path::new("src")).into_iter().filter(|file| room_of(file) != "web") {
        let text = fs::read_to_string(&file).unwrap();
        assert!(!text.contains("utoipa"), "{} knows utoipa: give the type a view in web", file.display());
    }
}

#[test]
fn grouped_imports_are_seen() {
    let text = "use crate::{jobs, web::{self, reply}};\nlet x = crate::model::time::now();";
    assert_eq!(imports(text), ["jobs", "web", "model"]);
}

/// Returns the first segment of every `crate::…` path.
fn imports(text: &str) -> Vec<String> {
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut found = Vec::new();
    for path in text.split("crate::").skip(1) {
        if let Some(group) = path.strip_prefix('{') {
            let (mut depth, mut at_start, mut name) = (0, true, String::new());
            for c in group.chars() {
                match c {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => {
                        found.push(std::mem::take(&mut name));
                        at_start = true;
                    }
                    ':' => at_start = false,
                    c if at_start && depth == 0 && !c.is_whitespace() => name.push(c),
                    _ => {}
                }
            }
            found.push(name);
        } else {
            found.push(word(path));
        }
    }
    found.retain(|name| !name.is_empty());
    found
}

fn room_of(file: &Path) -> String {
    let first = file.strip_prefix("src").unwrap().components().next().unwrap();
    Path::new(first.as_os_str()).file_stem().unwrap().to_string_lossy().into_owned()
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| if path.is_dir() { rust_files(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect()
}
