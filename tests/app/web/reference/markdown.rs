//! Reading the API reference as Markdown, as assistants do.

use std::collections::BTreeSet;

use crate::on_both;
use crate::support::{Answer, App};

async fn text(app: &App, path: &str) -> String {
    let answer: Answer = app.browser().get(path).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "text/markdown; charset=utf-8"), "{path}");
    answer.text
}

/// Returns the targets of links, all of which are absolute.
fn links(text: &str) -> BTreeSet<&str> {
    text.split("](").skip(1).map(|rest| rest.split(')').next().unwrap()).collect()
}

on_both! {
    async fn the_whole_reference_is_one_file(app: App) {
        let whole = text(&app, "/docs.md").await;
        assert!(whole.starts_with("# NeuralBox API\n\n## Start\n\nCreate a key on [your keys page]("), "{}", &whole[..200]);
        let document = app.browser().get("/api/v2/openapi.json").await.json();
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let heading = format!("\n## {} {path}\n", method.to_uppercase());
                assert_eq!(whole.matches(&heading).count(), 1, "{heading}");
                assert!(whole.contains(&format!("\n`{}`: ", operation["operationId"].as_str().unwrap())), "{heading}");
            }
        }
        assert!(whole.contains("\n- 403 `insufficient_plan`: Insufficient plan. "), "the codes of problems are explained");
        assert!(!whole.contains("<a ") && !whole.contains("\n\n\n"), "Markdown, without gaps");
    }

    async fn a_call_reads_well(app: App) {
        let keys = text(&app, "/docs/keys.md").await;
        let start = keys.find("## DELETE /api/v2/keys/{id}").unwrap();
        let end = start + 2 + keys[start + 2..].find("\n## ").unwrap();
        insta::assert_snapshot!(keys[start..end].replace(&app.url, "URL"), @r#"
        ## DELETE /api/v2/keys/{id}

        `revokeKey`: Revoke an API key.

        After this response, no request with it is accepted.

        Needs an access token, or one of an app.

        Parameters:

        - `id` (path, whole number): The key's id.

        Example:

        ```sh
        curl -X DELETE 'URL/api/v2/keys/7' \
          -H "Authorization: Bearer $ACCESS_TOKEN"
        ```

        Response 204: Revoked.

        Errors:

        - 401 `invalid_token`, `not_authenticated`, `session_ended`, `token_expired`: Not signed in.
        - 403 `account_suspended`, `deletion_scheduled`
        - 404 `key_not_found`: You have no live key with this id.
        - other: Any other error, such as 400, 413, 415, 500 or 503; [/docs](URL/docs#problems) explains each code.
        "#);
    }

    async fn the_index_leads_to_every_group(app: App) {
        let index = text(&app, "/llms.txt").await;
        assert!(index.starts_with("# NeuralBox Auth\n\n> "), "{index}");
        let groups: BTreeSet<_> = links(&index).into_iter().filter(|link| link.contains("/docs/")).collect();
        assert!(groups.len() >= 10, "{groups:?}");
        let whole = text(&app, "/docs.md").await;
        for link in groups {
            let group = text(&app, link.strip_prefix(&app.url).unwrap()).await;
            assert!(whole.contains(group.trim()), "{link} is a part of the whole");
        }
    }

    async fn every_link_is_absolute_and_leads_somewhere(app: App) {
        for path in ["/docs.md", "/llms.txt", "/docs/gateway.md"] {
            for link in links(&text(&app, path).await).into_iter().filter(|link| !link.starts_with("https://")) {
                let local = link.strip_prefix(&app.url).unwrap_or_else(|| panic!("{link} in {path} is not absolute"));
                let answer = app.browser().get(local.split('#').next().unwrap()).await;
                assert!(answer.status < 400, "{link}: {answer:?}");
            }
        }
    }
}
