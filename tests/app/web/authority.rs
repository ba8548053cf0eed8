//! Authority of routes: the table of `support::routes` against the service and its OpenAPI document.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::on_both;
use crate::support::routes::{ROUTES, SCOPES, Who, admins, protected};
use crate::support::{App, Browser, admin};

async fn document(app: &App) -> Value {
    let answer = app.browser().get("/api/v2/openapi.json").await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
    answer.json()
}

/// Returns every operation of the document: method, path and description.
fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
    let paths = document["paths"].as_object().unwrap();
    let each = paths.iter().flat_map(|(path, item)| {
        let operations = item.as_object().unwrap().iter().filter(|(method, _)| methods.contains(&method.as_str()));
        operations.map(|(method, operation)| (method.to_uppercase(), path.clone(), operation.clone()))
    });
    each.collect()
}

/// Sends a request to every protected route with that access token; returns the distinct problems.
async fn refusals(browser: &Browser, access: Option<&str>) -> BTreeSet<String> {
    let mut refusals = BTreeSet::new();
    for (method, path) in protected() {
        let mut browser = Browser { access: access.map(ToOwned::to_owned), ..browser.clone() };
        refusals.insert(browser.send(browser.request(method, &path)).await.problem());
    }
    refusals
}

on_both! {
    async fn the_document_and_the_table_name_the_same_routes(app: App) {
        let documented: BTreeSet<_> =
            operations(&document(&app).await).into_iter().map(|(method, path, _)| format!("{method} {path}")).collect();
        let table: BTreeSet<_> = ROUTES.into_iter().map(|(method, path, _)| format!("{method} {path}")).collect();
        assert_eq!(documented, table);
    }

    async fn every_documented_route_is_there(app: App) {
        for (method, path, _) in ROUTES {
            let mut browser = app.browser();
            let answer = browser.send(browser.request(method.clone(), &path.replace("{id}", "1"))).await;
            assert!(answer.status != 404 && answer.status != 405, "{method} {path}: {answer:?}");
        }
    }

    async fn the_document_says_who_may_call_and_what_they_get(app: App) {
        let document = document(&app).await;
        assert!(document["openapi"].as_str().unwrap().starts_with("3.1."), "{}", document["openapi"]);
        assert_eq!(document["servers"], json!([{"url": app.url}]));
        assert_eq!(document["components"]["securitySchemes"]["session"]["scheme"], "bearer");
        let cookie = &document["components"]["securitySchemes"]["refresh"];
        assert_eq!((&cookie["in"], &cookie["name"]), (&json!("cookie"), &json!("nb_refresh")));
        for (method, path, operation) in operations(&document) {
            let (_, _, who) = ROUTES.into_iter().find(|route| route.0.as_str() == method && route.1 == path).unwrap();
            let scope = SCOPES.into_iter().find(|route| route.0.as_str() == method && route.1 == path);
            let security = match who {
                Who::SignedIn if scope.is_some() => json!([{"session": []}, {"app": [scope.unwrap().2]}]),
                Who::SignedIn | Who::Admin => json!([{"session": []}]),
                Who::Key => json!([{"key": []}]),
                Who::Service => json!([{"service": []}]),
                Who::Cookie if path == "/api/v2/auth/logout" => json!([{"refresh": []}, {"session": []}, {}]),
                Who::Cookie => json!([{"refresh": []}]),
                Who::Anyone => Value::Null,
            };
            assert_eq!(operation["security"], security, "{method} {path}");
            let answers = operation["responses"].as_object().unwrap();
            assert!(answers.keys().any(|status| status.starts_with('2') || status == "303"), "{method} {path}");
            assert!(matches!(who, Who::Anyone | Who::Cookie) || answers.contains_key("401"), "{method} {path}");
            assert!(who != Who::Admin || answers.contains_key("403"), "{method} {path}");
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            let is_read = operation.get("requestBody").is_some()
                || parameters.iter().any(|parameter| parameter["name"] == "limit");
            assert!(!is_read || answers.contains_key("422"), "{method} {path} has fields that may be wrong");
            assert!(!path.contains("{id}") || answers.contains_key("404"), "{method} {path}");
            for (status, answer) in answers {
                assert!(!answer["description"].as_str().unwrap().is_empty(), "{method} {path} {status}");
                let is_problem =
                    answer["content"]["application/problem+json"]["schema"]["$ref"] == "#/components/schemas/Problem";
                assert!(!status.starts_with('4') || is_problem, "{method} {path} {status}");
            }
        }
    }

    async fn every_operation_has_a_name_of_its_own(app: App) {
        let operations = operations(&document(&app).await);
        let names: BTreeSet<_> =
            operations.iter().map(|(_, _, operation)| operation["operationId"].as_str().unwrap().to_owned()).collect();
        assert_eq!(names.len(), operations.len(), "a name is used twice: {names:?}");
        for name in names {
            // A verb and its object in camel case, such as `createKey`: generated clients name their methods so.
            let is_letters = name.chars().all(|letter| letter.is_ascii_alphabetic());
            let is_verb_first = name.starts_with(|letter: char| letter.is_ascii_lowercase());
            assert!(is_letters && is_verb_first && name.contains(|letter: char| letter.is_ascii_uppercase()), "{name}");
        }
    }

    async fn every_reference_in_the_document_leads_somewhere(app: App) {
        let document = document(&app).await;
        let text = document.to_string();
        let references: BTreeSet<_> =
            text.split("\"$ref\":\"#").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
        assert!(references.len() > 5, "{references:?}");
        for reference in references {
            assert!(document.pointer(reference).is_some(), "{reference}");
        }
    }

    async fn protected_routes_want_an_access_token_of_an_open_session(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let mut browser = app.signed_in(&ivan).await;
        let key = browser.post("keys", json!({"name": "laptop"})).await.json()["key"].as_str().unwrap().to_owned();
        let access = browser.access.clone();
        let only = |refusal: &str| BTreeSet::from([refusal.to_owned()]);

        assert_eq!(
            refusals(&browser, None).await,
            only("401 Not authenticated (not_authenticated)"),
            "a refresh cookie does not authenticate"
        );
        assert_eq!(refusals(&browser, Some(&key)).await, only("401 Invalid or expired token (invalid_token)"));
        app.clock.pass(900);
        assert_eq!(refusals(&browser, access.as_deref()).await, only("401 Invalid or expired token (token_expired)"));
        browser.refresh().await;
        let access = browser.access.clone();
        browser.clone().send(browser.request(reqwest::Method::POST, "auth/logout")).await;
        assert_eq!(refusals(&browser, access.as_deref()).await, only("401 Invalid or expired token (session_ended)"));

        let mut again = app.signed_in(&ivan).await;
        assert_eq!(again.get("keys").await.json()["keys"][0]["name"], "laptop", "no request has changed anything");
    }
    async fn routes_of_admins_want_an_admin(app: App) {
        let ivan = app.signed_in(&app.person_on("Ivan", "elite").await).await;
        for (method, path) in admins() {
            // Authority is checked before the body.
            let mut ivan = ivan.clone();
            let refused = ivan.send(ivan.request(method.clone(), &path).json(&json!({"recipients": 1}))).await;
            assert_eq!(refused.problem(), "403 Admins only (not_admin)", "{method} {path}");
        }
        let mut ada = app.signed_in(&admin()).await;
        assert_eq!(ada.get("admin/broadcasts").await.json(), json!({"broadcasts": [], "next": null}));
    }
}
