//! Reading the API reference on its pages.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::on_both;
use crate::pages::{Reader, between, check};
use crate::support::App;

/// Returns the addresses that a page links to or loads.
fn links(page: &str) -> BTreeSet<&str> {
    [" href=\"", " src=\"", " action=\""]
        .iter()
        .flat_map(|from| page.split(from).skip(1))
        .map(|rest| rest.split('"').next().unwrap())
        .collect()
}

/// Returns all values of `id`.
fn ids(page: &str) -> Vec<&str> {
    page.split(" id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect()
}

/// Returns the pages of the reference, by address: the overview and all pages below it that are linked.
async fn pages(app: &App) -> BTreeMap<String, String> {
    let mut reader = Reader::new(app, "en");
    let (mut waiting, mut pages) = (vec!["/docs".to_owned()], BTreeMap::new());
    while let Some(path) = waiting.pop() {
        if pages.contains_key(&path) {
            continue;
        }
        let page = reader.get(&path).await;
        assert_eq!(page.status, 200, "{path}");
        check(&page);
        let local = links(&page.text).into_iter().map(|link| link.split('#').next().unwrap());
        let is_page = |link: &&str| link.starts_with("/docs") && link.strip_suffix(".md").is_none();
        waiting.extend(local.filter(is_page).map(ToOwned::to_owned));
        pages.insert(path, page.text);
    }
    pages
}

/// Returns `method path` of every operation of the OpenAPI document, with the operation.
async fn operations(app: &App) -> BTreeMap<String, Value> {
    let document = app.browser().get("/api/v2/openapi.json").await.json();
    let mut operations = BTreeMap::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            operations.insert(format!("{} {path}", method.to_uppercase()), operation.clone());
        }
    }
    operations
}

on_both! {
    async fn every_operation_is_on_exactly_one_page_and_in_the_overview(app: App) {
        let pages = pages(&app).await;
        assert!(pages.contains_key("/docs/keys") && pages.contains_key("/docs/sign-in"), "{:?}", pages.keys());
        for (call, operation) in operations(&app).await {
            let (method, path) = call.split_once(' ').unwrap();
            let heading = format!(">{method}</span> <code>{path}</code></a></h2>");
            let places = pages.iter().filter(|(address, _)| !address.contains('?')).map(|(_, page)| page.matches(&heading).count());
            assert_eq!(places.sum::<usize>(), 1, "{call}");
            let entry = format!(">{method}</span> <code>{path}</code></a> <span>");
            assert_eq!(pages["/docs"].matches(&entry).count(), 1, "{call}");
            let name = format!("<code>{}</code>", operation["operationId"].as_str().unwrap());
            assert!(pages.values().any(|page| page.contains(&name)), "{call}");
        }
    }

    async fn every_link_leads_somewhere(app: App) {
        let pages = pages(&app).await;
        let mut others = BTreeSet::new();
        for (address, page) in &pages {
            let own = ids(page);
            assert_eq!(own.len(), own.iter().collect::<BTreeSet<_>>().len(), "an id is used twice at {address}");
            for link in links(page).into_iter().filter(|link| !link.starts_with("https://")) {
                let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
                match pages.get(if path.is_empty() { address.as_str() } else { path }) {
                    Some(target) => assert!(anchor.is_empty() || ids(target).contains(&anchor), "{link} at {address}"),
                    None => {
                        others.insert(path.to_owned());
                    }
                }
            }
        }
        let mut reader = Reader::new(&app, "en");
        assert!(others.contains("/docs/keys.md") && others.contains("/web/profile/api-keys"), "{others:?}");
        for path in others {
            let answer = reader.get(&path).await;
            assert!(answer.status < 400, "{path}: {answer:?}");
        }
    }

    async fn an_error_leads_to_its_entry(app: App) {
        let overview = Reader::new(&app, "en").get("/docs").await.text;
        let problem = app.browser().get("me").await.json();
        let code = problem["code"].as_str().unwrap();
        assert_eq!(problem["type"], format!("{}/docs#{code}", app.url));
        assert_eq!(ids(&overview).iter().filter(|id| **id == code).count(), 1);
        let named: BTreeSet<_> = operations(&app)
            .await
            .into_values()
            .flat_map(|operation| operation["x-problem-codes"].as_array().cloned().unwrap_or_default())
            .map(|code| code.as_str().unwrap().to_owned())
            .collect();
        assert!(named.len() > 40, "{named:?}");
        for code in named {
            assert!(ids(&overview).contains(&code.as_str()), "{code}");
        }
    }

    async fn a_call_shows_its_fields_errors_and_examples(app: App) {
        let page = Reader::new(&app, "en").get("/docs/keys").await.text;
        let call = between(&page, "id=\"post-keys\"", "</section>");
        for part in [
            "Needs an access token, or one of an app.",
            "<dt><code>expires_in_days</code> <span class=\"muted\">whole number, 1–3650, optional</span></dt>",
            "<a href=\"/docs#key_limit_reached\"><code>key_limit_reached</code></a>",
            "requests.post(",
            "await fetch(",
            "curl -X POST",
        ] {
            assert!(call.contains(part), "{part} is missing in {call}");
        }
        let prose: String = page.split("<pre").map(|part| part.split_once("</pre>").map_or(part, |(_, prose)| prose)).collect();
        assert!(!prose.contains('`') && !prose.contains("]("), "Markdown is rendered: {prose}");
    }

    async fn one_language_for_all_examples(app: App) {
        let mut reader = Reader::new(&app, "en");
        for (query, language) in [("", "curl"), ("?lang=python", "python"), ("?lang=%3Ci%3E", "curl")] {
            let page = reader.get(&format!("/docs/keys{query}")).await;
            check(&page);
            let chosen = format!("value=\"{language}\" autocomplete=\"off\" checked>");
            assert_eq!(page.text.matches(&chosen).count(), page.text.matches("class=\"tabs\"").count(), "{query}");
            assert_eq!(page.text.matches(" checked>").count(), page.text.matches(&chosen).count(), "{query}");
        }
        let page = reader.get("/docs/keys?lang=python").await.text;
        assert!(page.contains("href=\"/docs/sessions?lang=python\"") && page.contains("name=\"lang\" value=\"python\""), "{page}");
    }

    async fn the_frame_is_in_the_language_of_the_reader(app: App) {
        let page = Reader::new(&app, "ru").get("/docs/keys").await;
        check(&page);
        for part in ["Документация доступна на английском.", "placeholder=\"Вызов, поле, код\"", "data-copied=\"Скопировано\""] {
            assert!(page.text.contains(part), "{part}");
        }
    }

    async fn an_unknown_page_is_not_found(app: App) {
        for path in ["/docs/nothing", "/docs/nothing.md", "/docs/%3Cscript%3E"] {
            let page = Reader::new(&app, "en").get(path).await;
            check(&page);
            assert_eq!(page.status, 404, "{path}");
        }
    }
}
