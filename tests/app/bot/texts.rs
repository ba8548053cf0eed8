//! Completeness of the bot's texts in both languages.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const SOURCES: [(&str, &str); 6] = [
    (include_str!("../../../locales/en/bot.ftl"), include_str!("../../../locales/ru/bot.ftl")),
    (include_str!("../../../locales/en/broadcasts.ftl"), include_str!("../../../locales/ru/broadcasts.ftl")),
    (include_str!("../../../locales/en/account.ftl"), include_str!("../../../locales/ru/account.ftl")),
    (include_str!("../../../locales/en/apps.ftl"), include_str!("../../../locales/ru/apps.ftl")),
    (include_str!("../../../locales/en/billing.ftl"), include_str!("../../../locales/ru/billing.ftl")),
    (include_str!("../../../locales/en/payments.ftl"), include_str!("../../../locales/ru/payments.ftl")),
];

/// Prefixes of ids that the code composes.
const BEGINNINGS: [&str; 5] =
    ["bot-command-", "bot-category-", "bot-broadcast-state-", "bot-broadcast-in-", "bot-broadcast-category-"];

/// Returns the ids of the texts.
fn ids(source: &str) -> BTreeSet<&str> {
    source.lines().filter(|line| line.starts_with("bot-")).map(|line| line.split(" =").next().unwrap()).collect()
}

/// Returns the variables of each text.
fn values(source: &str) -> BTreeSet<(&str, &str)> {
    let mut text = "";
    let mut values = BTreeSet::new();
    for line in source.lines() {
        if line.starts_with("bot-") {
            text = line.split(" =").next().unwrap();
        }
        for rest in line.split('$').skip(1) {
            values.insert((text, rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap()));
        }
    }
    values
}

/// Collects the text ids that occur literally in the sources below a folder.
fn asked_below(folder: &Path, asked: &mut BTreeSet<String>) {
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            asked_below(&path, asked);
        } else {
            let source = fs::read_to_string(&path).unwrap();
            let names = source.split('"').filter(|name| name.starts_with("bot-") && !name.contains([' ', '{', '=']));
            asked.extend(names.filter(|name| !name.ends_with('-')).map(ToOwned::to_owned));
        }
    }
}

#[test]
fn both_languages_have_every_text_and_every_value() {
    for (english, russian) in SOURCES {
        assert_eq!(ids(english), ids(russian));
        assert_eq!(values(english), values(russian));
    }
}

#[test]
fn every_text_that_is_asked_for_exists_and_every_text_is_asked_for() {
    let mut asked = BTreeSet::new();
    asked_below(Path::new("src/bot"), &mut asked);
    asked_below(Path::new("src/messages"), &mut asked);
    assert!(asked.len() > 150, "the search should find the ids");
    let known: BTreeSet<&str> = SOURCES.iter().flat_map(|(english, _)| ids(english)).collect();
    let missing: Vec<_> = asked.iter().filter(|id| !known.contains(id.as_str())).collect();
    assert!(missing.is_empty(), "{missing:?}");
    let is_made = |id: &str| BEGINNINGS.iter().any(|beginning| id.starts_with(beginning));
    let idle: Vec<_> = known.into_iter().filter(|id| !asked.contains(*id) && !is_made(id)).collect();
    assert!(idle.is_empty(), "unused texts: {idle:?}");
}
