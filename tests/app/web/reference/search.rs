//! Searching the API reference, without a script.

use crate::on_both;
use crate::pages::{Reader, check};
use crate::support::App;

/// Searches; returns the addresses found, the best first.
async fn found(app: &App, query: &str) -> Vec<String> {
    let page = Reader::new(app, "en").get(&format!("/docs/search?{query}")).await;
    check(&page);
    assert_eq!(page.status, 200);
    let Some((_, results)) = page.text.split_once("<ul class=\"results\">") else { return Vec::new() };
    let addresses = results.split("<li><a href=\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned());
    addresses.collect()
}

on_both! {
    async fn calls_are_found_by_path_name_and_words(app: App) {
        for query in ["q=rotate", "q=ROTATE+key", "q=POST+%2Fkeys%2F%7Bid%7D%2Frotate", "q=rotateKey"] {
            assert_eq!(found(&app, query).await[0], "/docs/keys#post-keys-id-rotate", "{query}");
        }
        assert_eq!(found(&app, "q=rotate&lang=python").await[0], "/docs/keys?lang=python#post-keys-id-rotate");
        assert_eq!(found(&app, "q=rotate+broadcast+refresh+elephant").await, [""; 0], "every word must be there");
    }

    async fn fields_are_found_and_shown(app: App) {
        let both = ["/docs/keys#post-keys-id-rotate", "/docs/clients#post-admin-clients-id-rotate-secret"];
        assert_eq!(found(&app, "q=grace_seconds").await, both);
        let page = Reader::new(&app, "en").get("/docs/search?q=grace_seconds").await.text;
        assert!(page.contains("<dt><code>grace_seconds</code> <span class=\"muted\">whole number, 0–604800</span></dt>"), "{page}");
        assert!(page.contains("2 results") && page.contains("value=\"grace_seconds\""), "{page}");
    }

    async fn error_codes_are_found_first(app: App) {
        assert_eq!(found(&app, "q=key_limit_reached").await[0], "/docs#key_limit_reached");
        assert_eq!(found(&app, "q=reauth_required").await[0], "/docs#reauth_required");
        assert_eq!(found(&app, "q=format+crc-32").await, ["/docs#keys-format"]);
    }

    async fn nothing_found_says_so(app: App) {
        let mut reader = Reader::new(&app, "ru");
        let page = reader.get("/docs/search?q=%D1%81%D0%BB%D0%BE%D0%BD").await;
        check(&page);
        assert!(page.text.contains("По запросу «слон» ничего не найдено."), "{page:?}");
        for empty in ["/docs/search", "/docs/search?q=", "/docs/search?q=+++"] {
            assert!(reader.get(empty).await.text.contains("Введите часть пути"), "{empty}");
        }
    }

    async fn what_is_typed_is_text(app: App) {
        let typed = format!("/docs/search?q=%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E{}", "x".repeat(3000));
        let page = Reader::new(&app, "en").get(&typed).await;
        check(&page);
        assert!(!page.text.contains("<script>alert") && !page.text.contains("\">\">"), "{page:?}");
        for odd in ["q=%ff%fe", "q=%00", "q=a&q=b", "q", "lang=x&lang=y", "&&=&"] {
            found(&app, odd).await;
        }
    }
}
