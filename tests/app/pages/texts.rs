//! Texts of the pages: completeness, the person's language, and any name.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use telegram_sandbox::Person;

use super::{RESIDENT, Reader, check, leads_to};
use crate::on_both;
use crate::support::App;

const ENGLISH: &str = concat!(
    include_str!("../../../locales/en/pages.ftl"),
    include_str!("../../../locales/en/account.ftl"),
    include_str!("../../../locales/en/apps.ftl"),
    include_str!("../../../locales/en/billing.ftl"),
    include_str!("../../../locales/en/oauth.ftl"),
    include_str!("../../../locales/en/payments.ftl")
);
const RUSSIAN: &str = concat!(
    include_str!("../../../locales/ru/pages.ftl"),
    include_str!("../../../locales/ru/account.ftl"),
    include_str!("../../../locales/ru/apps.ftl"),
    include_str!("../../../locales/ru/billing.ftl"),
    include_str!("../../../locales/ru/oauth.ftl"),
    include_str!("../../../locales/ru/payments.ftl")
);

/// Returns the ids of the texts.
fn ids(source: &str) -> BTreeSet<&str> {
    source
        .lines()
        .filter(|line| ["page-", "activity-", "identity-"].iter().any(|start| line.starts_with(start)))
        .map(|line| line.split(" =").next().unwrap())
        .collect()
}

#[test]
fn both_languages_have_every_text() {
    assert_eq!(ids(ENGLISH), ids(RUSSIAN));
    assert!(ids(ENGLISH).len() > 100);
    let problems: Vec<_> = ids(ENGLISH).into_iter().filter(|id| id.starts_with("page-problem-")).collect();
    for id in problems.iter().filter(|id| !id.ends_with("-say")) {
        assert!(problems.contains(&format!("{id}-say").as_str()), "{id} has only a title");
    }
}

#[test]
fn every_text_that_is_asked_for_exists() {
    let mut asked = BTreeSet::new();
    for folder in ["templates", "src/web/pages"] {
        let mut folders = vec![PathBuf::from(folder)];
        while let Some(folder) = folders.pop() {
            for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
                if path.is_dir() { folders.push(path) } else { asked.extend(asked_in(&path)) }
            }
        }
    }
    assert!(asked.len() > 80, "the search should find the ids");
    let known = ids(ENGLISH);
    let missing: Vec<_> = asked.iter().filter(|id| !known.contains(id.as_str())).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

fn asked_in(file: &Path) -> Vec<String> {
    let text = String::from_utf8_lossy(&fs::read(file).unwrap()).into_owned();
    let quoted = text.split('"').filter(|part| part.starts_with("page-") && !part.contains(['{', ' ', '\n']));
    quoted.map(ToOwned::to_owned).collect()
}

on_both! {
    async fn every_page_in_both_languages_with_any_name(app: App) {
        let names = ["Ivan", "<script>alert('x')</script>", "\u{202e}\u{200f}שלום\" onload=\"x", &"Ж".repeat(64)];
        for (number, name) in names.into_iter().enumerate() {
            let person = Person { username: None, ..Person::new(5000 + i64::try_from(number).unwrap(), name) };
            app.signed_in(&person).await;
            app.put_on_plan(&person, "vip").await;
            for language in ["en", "ru-RU,ru;q=0.9"] {
                let mut reader = Reader::signed_in(&app, &person, language).await;
                reader.make_key(&format!("{language} <i>\u{200f}&quot;")).await;
                for path in RESIDENT.into_iter().chain(["/docs", "/docs/keys", "/docs/search?q=key", "/web/nothing"]) {
                    let page = reader.get(path).await;
                    check(&page);
                    assert!(page.text.contains(&format!("<html lang=\"{}\">", &language[..2])), "{page:?}");
                    assert!(!page.text.contains("<i>") && !page.text.contains("alert('x')") && !page.text.contains("\" onload"), "{page:?}");
                }
            }
        }
    }

    async fn the_chosen_language_precedes_the_browsers(app: App) {
        let ivan = app.person("Ivan");
        let mut reader = Reader::signed_in(&app, &ivan, "en").await;
        let saved = reader.post("/web/profile", &[("name", "Ivan"), ("language", "ru")]).await;
        assert_eq!(leads_to(&saved), "/web/profile?done=saved");
        let page = reader.get(leads_to(&saved)).await;
        check(&page);
        assert!(page.text.contains("Сохранено."), "{page:?}");
        assert!(reader.get("/web/nothing").await.text.contains("Страница не найдена"));

        for bad in ["", "a\u{7}b", &"x".repeat(129)] {
            let refused = reader.post("/web/profile", &[("name", bad), ("language", "en")]).await;
            check(&refused);
            assert_eq!(refused.status, 422);
            assert!(refused.text.contains("от 1 до 128 символов"), "the language is unchanged: {refused:?}");
        }
        assert_eq!(reader.post("/web/profile", &[("name", "Ivan"), ("language", "de")]).await.status, 422);
        reader.post("/web/profile", &[("name", "Иван Петров"), ("language", "ru")]).await;
        assert!(reader.get("/web/profile").await.text.contains("value=\"Иван Петров\""));
    }

    async fn numbers_as_the_language_writes_them(app: App) {
        let ivan = app.person_on("Ivan", "elite").await;
        let english = Reader::signed_in(&app, &ivan, "en").await.get("/web/billing").await;
        assert!(english.text.contains("10,000 tokens a month") && english.text.contains("50 keys"), "{english:?}");
        let russian = Reader::signed_in(&app, &ivan, "ru").await.get("/web/billing").await;
        assert!(russian.text.contains("10\u{a0}000 токенов в месяц") && russian.text.contains("5 ключей"), "{russian:?}");
    }
}
