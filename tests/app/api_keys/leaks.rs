//! Leaked keys reported by GitHub secret scanning.

use neuralbox_auth::model::api_key::PlainKey;
use neuralbox_auth::model::crypto::rng::SystemRng;
use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use telegram_sandbox::Person;

use crate::on_both;
use crate::support::servers::github::{KEY, Mood, SIGNATURE, found, identifier, post, report, report_by, sign};
use crate::support::{Answer, App, ask, at_once, verify};

const NOT_GITHUB: &str = "401 Not authenticated (untrusted_leak_report)";
const AWAY: &str = "503 Service unavailable (github_unavailable)";
const REVOKED: &str = "401 Invalid or expired token (key_revoked)";

/// Creates a key over HTTP.
async fn key_of(app: &App, person: &Person, name: &str) -> String {
    let made = app.signed_in(person).await.post("keys", json!({"name": name})).await;
    made.json()["key"].as_str().unwrap_or_else(|| panic!("no key: {made:?}")).to_owned()
}

/// Returns the labels in the response to a report.
fn labels(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 200, "{answer:?}");
    let label = |find: &Value| find["label"].as_str().unwrap().to_owned();
    answer.json().as_array().unwrap().iter().map(label).collect()
}

on_both! {
    async fn a_reported_key_stops_working_at_once_and_the_others_stay_valid(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let (leaked, other) = (key_of(&app, &ivan, "laptop").await, key_of(&app, &ivan, "server").await);
        let answer = report(&app.url, json!([found(&leaked)])).await;
        assert_eq!(verify(&app, &leaked).await.problem(), REVOKED);
        assert_eq!(verify(&app, &other).await.status, 200);
        let hash = hex::encode(Sha256::digest(leaked.as_bytes()));
        let said = json!([{"token_hash": hash, "token_type": "neuralbox_api_key", "label": "true_positive"}]);
        assert_eq!((answer.status, answer.json()), (200, said));
        assert!(!answer.text.contains(&leaked), "the response does not repeat the key");
    }

    async fn every_find_gets_its_label_in_the_order_of_the_report(app: App) {
        let ivan = app.person_on("Ivan", "elite").await;
        let mut browser = app.signed_in(&ivan).await;
        let (live, revoked) = (key_of(&app, &ivan, "live").await, key_of(&app, &ivan, "revoked").await);
        browser.delete("keys/2").await;
        let short = browser.post("keys", json!({"name": "short", "expires_in_days": 1})).await.json();
        app.clock.pass(86_401);
        let strange = PlainKey::new(&SystemRng);
        let typo = format!("{}{}", &live[..47], if live.ends_with('0') { '1' } else { '0' });
        let tokens = [
            (live.as_str(), "true_positive"),
            (strange.reveal(), "false_positive"),
            (&revoked, "true_positive"),
            (short["key"].as_str().unwrap(), "true_positive"),
            (&typo, "false_positive"),
            ("", "false_positive"),
            ("ключ", "false_positive"),
            (&live, "true_positive"),
        ];
        let finds = Value::Array(tokens.iter().map(|(token, _)| found(token)).collect());
        assert_eq!(labels(&report(&app.url, finds.clone()).await), tokens.map(|(_, label)| label));
        assert_eq!(labels(&report(&app.url, finds).await), tokens.map(|(_, label)| label), "labels are repeatable");
        assert_eq!(verify(&app, &live).await.problem(), REVOKED);
        assert_eq!(labels(&report(&app.url, json!([])).await), [""; 0]);
    }

    async fn a_key_that_waits_for_a_better_plan_is_revoked_too(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let key = key_of(&app, &ivan, "laptop").await;
        app.put_on_plan(&ivan, "free").await;
        assert_eq!(labels(&report(&app.url, json!([found(&key)])).await), ["true_positive"]);
        app.put_on_plan(&ivan, "vip").await;
        assert_eq!(verify(&app, &key).await.problem(), REVOKED);
    }

    async fn twenty_reports_at_once_say_the_same(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let key = key_of(&app, &ivan, "laptop").await;
        let reports = (0..20).map(|_| {
            let (url, finds) = (app.url.clone(), json!([found(&key), found(&key)]));
            async move { labels(&report(&url, finds).await) }
        });
        assert_eq!(at_once(reports).await, [["true_positive"; 2]; 20]);
        assert_eq!(app.github.asked(), 1, "concurrent reports share one request to GitHub");
    }

    async fn what_github_did_not_sign_changes_nothing(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let key = key_of(&app, &ivan, "laptop").await;
        let body = json!([found(&key)]).to_string();
        let (one, good) = (identifier(1), sign(1, body.as_bytes()));
        let other = json!([found("other")]).to_string();
        let (of_another_body, by_two) = (sign(1, other.as_bytes()), sign(2, body.as_bytes()));
        let headers: [&[(&str, &str)]; 9] = [
            &[],
            &[(KEY, &one)],
            &[(SIGNATURE, &good)],
            &[(KEY, ""), (SIGNATURE, &good)],
            &[(KEY, &identifier(2)), (SIGNATURE, &by_two)],
            &[(KEY, &one), (SIGNATURE, &by_two)],
            &[(KEY, &one), (SIGNATURE, &of_another_body)],
            &[(KEY, &one), (SIGNATURE, "")],
            &[(KEY, &one), (SIGNATURE, &hex::encode(&good))],
        ];
        for headers in headers {
            assert_eq!(post(&app.url, headers, body.clone()).await.problem(), NOT_GITHUB, "{headers:?}");
        }
        let signed: &[(&str, &str)] = &[(KEY, &one), (SIGNATURE, &good)];
        for tampered in [format!("{body} "), format!("\u{feff}{body}"), body.replace("commit", "Commit"), String::new()] {
            assert_eq!(post(&app.url, signed, tampered.clone()).await.problem(), NOT_GITHUB, "{tampered}");
        }
        assert_eq!(verify(&app, &key).await.status, 200, "the key is still valid");
        assert_eq!(post(&app.url, signed, body).await.status, 200);
    }

    async fn a_signed_body_that_is_no_report_is_refused(app: App) {
        let cases = [
            (json!({}), "422 Invalid fields (invalid_fields)"),
            (json!("x"), "422 Invalid fields (invalid_fields)"),
            (json!([7]), "422 Invalid fields (invalid_fields)"),
            (json!([{"type": "a"}]), "422 Invalid fields (invalid_fields)\n  [0].token: is missing"),
            (json!([{"token": "a"}]), "422 Invalid fields (invalid_fields)\n  [0].type: is missing"),
            (json!([{"token": 7, "type": "a"}]), "422 Invalid fields (invalid_fields)\n  [0].token: "),
            (
                json!(vec![json!({"token": "a", "type": "b"}); 2001]),
                "422 Invalid fields (invalid_fields)\n  body: must have at most 2000 items",
            ),
            (json!(vec![found("x"); 40_000]), "413 Payload too large (payload_too_large)"),
        ];
        for (body, problem) in cases {
            let answer = report(&app.url, body).await.problem();
            assert!(answer.starts_with(problem), "{answer}");
        }
        for body in ["", "[", "token=a"] {
            let headers = [(KEY, &*identifier(1)), (SIGNATURE, &sign(1, body.as_bytes()))];
            assert_eq!(post(&app.url, &headers, body).await.problem(), "400 Malformed request (malformed)", "{body}");
        }
        let many = json!(vec![json!({"token": "a", "type": "b", "of_tomorrow": 1}); 500]);
        assert_eq!(labels(&report(&app.url, many).await).len(), 500, "unknown fields are accepted");
    }

    async fn a_new_key_of_github_is_learned_and_strangers_make_us_ask_once_a_minute(app: App) {
        assert_eq!(report(&app.url, json!([])).await.status, 200);
        app.github.publish(&[2, 3]);
        for _ in 0..5 {
            assert_eq!(report_by(&app.url, 9, json!([])).await.problem(), NOT_GITHUB);
            assert_eq!(report(&app.url, json!([])).await.status, 200, "cached keys stay valid");
        }
        assert_eq!(app.github.asked(), 1);
        app.clock.pass(60);
        assert_eq!(report_by(&app.url, 2, json!([])).await.status, 200);
        assert_eq!(report_by(&app.url, 3, json!([])).await.status, 200);
        assert_eq!(report(&app.url, json!([])).await.problem(), NOT_GITHUB, "a withdrawn key is rejected");
        assert_eq!(app.github.asked(), 2);
    }

    async fn a_key_that_github_took_back_counts_for_a_day_at_most(app: App) {
        assert_eq!(report(&app.url, json!([])).await.status, 200);
        app.github.publish(&[2]);
        app.clock.pass(86_399);
        assert_eq!(report(&app.url, json!([])).await.status, 200);
        app.clock.pass(1);
        assert_eq!(report(&app.url, json!([])).await.problem(), NOT_GITHUB);
    }

    async fn while_github_is_unavailable_the_cached_keys_count_and_without_any_it_is_reported(app: App) {
        for (asked, mood) in [Mood::Broken, Mood::Nonsense, Mood::Endless, Mood::Elsewhere].into_iter().enumerate() {
            app.github.be(mood);
            let answer = report(&app.url, json!([])).await;
            assert_eq!((answer.problem().as_str(), answer.header("retry-after")), (AWAY, "60"), "{mood:?}");
            app.clock.pass(20);
            let answer = report(&app.url, json!([])).await;
            assert_eq!((answer.problem().as_str(), answer.header("retry-after")), (AWAY, "40"), "{mood:?}");
            assert_eq!(app.github.asked(), asked + 1);
            app.clock.pass(40);
        }
        app.github.be(Mood::Well);
        assert_eq!(report(&app.url, json!([])).await.status, 200);
        app.github.be(Mood::Broken);
        app.clock.pass(10 * 86_400);
        assert_eq!(report(&app.url, json!([])).await.status, 200);
        assert_eq!(report_by(&app.url, 2, json!([])).await.problem(), AWAY, "the key may be new");
    }

    async fn a_github_that_does_not_answer_is_not_waited_for_long(app: App) {
        app.github.be(Mood::Silent);
        assert_eq!(report(&app.url, json!([])).await.problem(), AWAY);
        assert_eq!(app.github.asked(), 1);
    }

    async fn the_route_is_out_of_reach_of_browsers(app: App) with [("NEURALBOX_ALLOWED_ORIGINS", "https://shop.example")]; {
        let preflight = app.browser().request(Method::OPTIONS, "leaks/github").header("origin", "https://shop.example");
        let answer = ask(preflight.header("access-control-request-method", "POST")).await;
        assert_eq!((answer.status, answer.header("access-control-allow-origin")), (405, ""));
    }
}
