//! Charges by a gateway, and the balance history of a person.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};

use crate::on_both;
use crate::support::gateway::{SERVICE, SERVICE_TOKEN, charge, charged, service};
use crate::support::routes::{ROUTES, Who};
use crate::support::{App, Browser, ask};

/// Creates a person on the VIP plan with 1500 tokens and a key.
async fn with_key(app: &App) -> (Browser, String) {
    let person = app.person_on("Ivan", "vip").await;
    let mut browser = app.signed_in(&person).await;
    let key = browser.post("keys", json!({"name": "laptop"})).await.json()["key"].as_str().unwrap().to_owned();
    (browser, key)
}

/// Calls every route for service callers with that credential; returns the distinct problems.
async fn said_to(app: &App, credential: Option<&str>) -> Vec<String> {
    let mut said = Vec::new();
    for (method, path, _) in ROUTES.into_iter().filter(|(_, _, who)| *who == Who::Service) {
        let request = app.browser().request(method, path);
        let request = credential.iter().fold(request, reqwest::RequestBuilder::bearer_auth);
        said.push(ask(request).await.problem());
    }
    said.dedup();
    said
}

/// Charges a list; returns status, account and balance of each entry.
async fn statuses(app: &App, charges: &Value) -> Vec<String> {
    let answer = charge(app, &json!({ "charges": charges })).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let results = answer.json()["results"].as_array().unwrap().clone();
    let line = |result: &Value| {
        format!("{} {} {}", result["status"].as_str().unwrap(), result["user_id"], result["token_balance"])
    };
    results.iter().map(line).collect()
}

on_both! {
    async fn without_a_service_credential_nobody_may_charge(app: App) {
        for credential in [None, Some(SERVICE_TOKEN), Some("")] {
            assert_eq!(said_to(&app, credential).await, ["403 Service calls are off (service_calls_disabled)"], "{credential:?}");
        }
    }

    async fn only_the_service_credential_may_charge_and_it_may_nothing_else(app: App) with SERVICE; {
        let (browser, key) = with_key(&app).await;
        assert_eq!(said_to(&app, None).await, ["401 Not authenticated (not_authenticated)"]);
        let longer = format!("{SERVICE_TOKEN}!");
        for wrong in [&key, browser.access.as_ref().unwrap(), &longer, &SERVICE_TOKEN.to_uppercase()] {
            assert_eq!(said_to(&app, Some(wrong)).await, ["401 Invalid or expired token (not_service)"], "{wrong}");
        }
        for (method, path, _) in ROUTES.into_iter().filter(|(_, _, who)| matches!(who, Who::SignedIn | Who::Key)) {
            let answer = ask(service(&app, method.clone(), &path.replace("{id}", "1"))).await;
            assert_eq!(answer.status, 401, "{method} {path}: {answer:?}");
        }
    }

    async fn a_request_is_charged_once(app: App) with SERVICE; {
        let (_, key) = with_key(&app).await;
        assert_eq!(charged(&app, 1, 300, "req-1").await, "charged 1200");
        assert_eq!(charged(&app, 1, 300, "req-1").await, "already_charged 1200");
        assert_eq!(charged(&app, 1, 301, "req-1").await, "409 Conflict (charged_otherwise)\n  request_id: was already charged to another account or at another price");
        app.person_on("Olga", "vip").await;
        assert!(charged(&app, 2, 300, "req-1").await.starts_with("409"), "to another account");
        let by_key = charge(&app, &json!({"key_id": 1, "tokens": 200, "request_id": "req-2"})).await;
        assert_eq!(by_key.json(), json!({"request_id": "req-2", "user_id": 1, "tokens": 200, "token_balance": 1000, "status": "charged"}));
        assert_eq!(charged(&app, 1, 300, "req-1").await, "already_charged 1000", "the balance is the current one");
        // Gateways see a new balance with a short delay.
        while crate::support::verify(&app, &key).await.header("x-neuralbox-token-balance") != "1000" {}
    }

    async fn a_short_balance_pays_nothing(app: App) with SERVICE; {
        app.person_on("Ivan", "vip").await;
        let body = json!({"user_id": 1, "tokens": 1501, "request_id": "req-1"});
        let refused = charge(&app, &body).await;
        assert_eq!(refused.problem(), "402 Insufficient balance (insufficient_balance)");
        let detail = "The balance is 1500 tokens, but the request costs 1501. Nothing was charged.";
        assert_eq!(refused.json()["detail"], detail);
        assert_eq!(charged(&app, 1, 1500, "req-1").await, "charged 0", "a rejected request id is still free");
        assert_eq!(charged(&app, 1, 1, "req-2").await, "402 Insufficient balance (insufficient_balance)");
    }

    async fn nobody_pays_for_nobody(app: App) with SERVICE; {
        let (mut browser, _) = with_key(&app).await;
        assert_eq!(charged(&app, 4242, 1, "req-1").await, "404 Not found (payer_not_found)");
        let unknown = charge(&app, &json!({"key_id": 4242, "tokens": 1, "request_id": "req-1"})).await;
        assert_eq!(unknown.problem(), "404 Not found (payer_not_found)");
        browser.delete("keys/1").await;
        let last = charge(&app, &json!({"key_id": 1, "tokens": 1, "request_id": "req-1"})).await;
        assert_eq!(last.json()["status"], "charged", "the last requests of a revoked key were verified before");
    }

    async fn a_wrong_field_is_named_and_nothing_is_charged(app: App) with SERVICE; {
        app.person_on("Ivan", "vip").await;
        let good = json!({"user_id": 1, "tokens": 1, "request_id": "good"});
        let with = |change: Value| {
            let mut charge = good.clone();
            for (name, value) in change.as_object().unwrap() {
                charge[name] = value.clone();
            }
            charge
        };
        let mut said = Vec::new();
        let long = "x".repeat(129);
        for change in [
            json!({"tokens": 0}), json!({"tokens": -5}), json!({"tokens": 1_000_000_001}), json!({"tokens": "5"}), json!({"tokens": null}),
            json!({"request_id": ""}), json!({"request_id": "a b"}), json!({"request_id": long}), json!({"request_id": "\u{0}"}),
            json!({"key_id": 1}), json!({"user_id": null}), json!({"price": 5}),
        ] {
            let alone = charge(&app, &with(change.clone())).await.problem();
            let listed = charge(&app, &json!({"charges": [good, with(change)]})).await.problem();
            let field = alone.lines().last().unwrap().trim();
            assert_eq!(listed.lines().last().unwrap().trim(), format!("charges[1].{field}"));
            said.push(field.to_owned());
        }
        insta::allow_duplicates! { insta::assert_snapshot!(said.join("\n"), @r#"
        tokens: must be from 1 to 1000000000
        tokens: must be from 1 to 1000000000
        tokens: must be from 1 to 1000000000
        tokens: must be a whole number
        tokens: is missing
        request_id: must have 1 to 128 visible ASCII characters
        request_id: must have 1 to 128 visible ASCII characters
        request_id: must have 1 to 128 visible ASCII characters
        request_id: must have 1 to 128 visible ASCII characters
        user_id: must be left out if key_id is given
        key_id: is missing; give key_id or user_id
        price: is not known here
        "#); }
        assert!(charge(&app, &json!({})).await.problem().contains("key_id: is missing; give key_id or user_id\n  tokens: is missing"));
        for (body, wrong) in [
            (json!({"charges": []}), "charges: must have 1 to 1000 charges"),
            (json!({"charges": vec![good.clone(); 1001]}), "charges: must have 1 to 1000 charges"),
            (json!({"charges": [good], "tokens": 5}), "charges: must stand alone, or be left out"),
        ] {
            assert_eq!(charge(&app, &body).await.problem(), format!("422 Invalid fields (invalid_fields)\n  {wrong}"));
        }
        let large = json!({"charges": vec![json!({"user_id": 1, "tokens": 1, "request_id": "x".repeat(300)}); 1000]});
        assert_eq!(charge(&app, &large).await.problem(), "413 Payload too large (payload_too_large)");
        assert_eq!(charged(&app, 1, 1, "good").await, "charged 1499", "nothing was charged before");
    }

    async fn a_list_is_charged_one_by_one(app: App) with SERVICE; {
        let (mut browser, _) = with_key(&app).await;
        app.person_on("Olga", "free").await;
        charged(&app, 1, 100, "before").await;
        let user = |user: i64, tokens: i64, request: &str| json!({"user_id": user, "tokens": tokens, "request_id": request});
        let list = json!([
            user(2, 60, "a"), user(1, 1000, "b"), json!({"key_id": 1, "tokens": 300, "request_id": "c"}),
            user(2, 60, "d"), user(2, 40, "e"), user(1, 101, "f"), user(4242, 1, "g"), json!({"key_id": 4242, "tokens": 1, "request_id": "h"}),
            user(1, 100, "before"), user(1, 99, "before"), user(2, 60, "a"), user(2, 61, "a"), user(2, 60, "d"), user(1, 100, "i"),
        ]);
        let said = statuses(&app, &list).await.join("\n");
        insta::allow_duplicates! { insta::assert_snapshot!(said, @r#"
        charged 2 40
        charged 1 400
        charged 1 100
        insufficient 2 40
        charged 2 0
        insufficient 1 100
        unknown null null
        unknown null null
        already_charged 1 0
        conflict 1 null
        already_charged 2 0
        conflict 2 null
        insufficient 2 40
        charged 1 0
        "#); }
        let again = statuses(&app, &list).await;
        let of = |status: &str| again.iter().filter(|line| line.starts_with(status)).count();
        assert_eq!((of("charged"), of("already_charged"), of("conflict")), (0, 7, 2), "{again:?}");
        assert_eq!(browser.get("me").await.json()["token_balance"], 0);
    }

    async fn a_thousand_charges_at_once_are_quick(app: App) with SERVICE; {
        for number in 0..20 {
            app.person_on(&format!("Person{number}"), "vip").await;
        }
        let id = |number: usize| format!("{number:0>128}");
        let list: Vec<_> = (0..1000).map(|number| json!({"user_id": number % 20 + 1, "tokens": 30, "request_id": id(number)})).collect();
        let begun = Instant::now();
        let first = statuses(&app, &json!(list)).await;
        let took = begun.elapsed();
        eprintln!("a thousand charges took {took:?}");
        assert!(took < Duration::from_secs(5), "{took:?}");
        assert!(first.iter().all(|line| line.starts_with("charged ")), "{first:?}");
        assert!(statuses(&app, &json!(list)).await.iter().all(|line| line.starts_with("already_charged ") && line.ends_with(" 0")));
    }

    async fn people_see_where_their_tokens_went(app: App) with SERVICE; {
        let (mut browser, _) = with_key(&app).await;
        app.clock.pass(60);
        charge(&app, &json!({"key_id": 1, "tokens": 200, "request_id": "req-1"})).await;
        charged(&app, 1, 300, "req-2").await;
        let entries = browser.get("usage").await.json();
        assert_eq!(entries["next"], Value::Null);
        let lines: Vec<_> = entries["entries"].as_array().unwrap().iter().map(ToString::to_string).collect();
        insta::allow_duplicates! { insta::assert_snapshot!(lines.join("\n"), @r#"
        {"balance":1000,"created_at":"2026-11-23T12:01:01Z","id":4,"reason":"charge","request_id":"req-2","tokens":-300}
        {"balance":1300,"created_at":"2026-11-23T12:01:01Z","id":3,"key_id":1,"reason":"charge","request_id":"req-1","tokens":-200}
        {"balance":1500,"created_at":"2026-11-23T12:00:00Z","id":2,"reason":"allowance","tokens":1400}
        {"balance":100,"created_at":"2026-11-23T12:00:00Z","id":1,"reason":"welcome","tokens":100}
        "#); }
        let first = browser.get("usage?limit=3").await.json();
        let next = first["next"].as_str().unwrap().to_owned();
        assert_eq!(first["entries"].as_array().unwrap().len(), 3);
        charged(&app, 1, 1, "req-3").await;
        let rest = browser.get(&format!("usage?limit=3&after={next}")).await.json();
        assert_eq!((&rest["entries"][0]["reason"], &rest["next"]), (&json!("welcome"), &Value::Null), "a page starts after its cursor");
        let olga = app.person_on("Olga", "free").await;
        assert_eq!(app.signed_in(&olga).await.get("usage").await.json()["entries"].as_array().unwrap().len(), 1, "only the person's own entries");
        for (query, field) in [("limit=0", "limit"), ("limit=101", "limit"), ("after=x", "after"), ("page=2", "page")] {
            assert!(browser.get(&format!("usage?{query}")).await.problem().contains(&format!("\n  {field}: ")), "{query}");
        }
        let by_service = ask(service(&app, Method::GET, "usage")).await;
        assert_eq!(by_service.problem(), "401 Invalid or expired token (invalid_token)");
    }
}
