//! Rate limit of an account, shared by all of its keys.

use serde_json::json;
use telegram_sandbox::Person;

use crate::on_both;
use crate::support::{App, at_once, verify};

const SMALL: [(&str, &str); 1] =
    [("NEURALBOX_PLANS_FILE", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/app/support/small_plans.toml"))];

/// Creates a person on the plan with three requests a minute, with two keys.
async fn with_keys(app: &App, name: &str) -> (Person, [String; 2]) {
    let person = app.person_on(name, "vip").await;
    let mut browser = app.signed_in(&person).await;
    let mut keys = [String::new(), String::new()];
    for (index, key) in keys.iter_mut().enumerate() {
        let made = browser.post("keys", json!({"name": format!("key {index}")})).await.json();
        made["key"].as_str().unwrap().clone_into(key);
    }
    (person, keys)
}

/// Verifies a key; returns the outcome and the rate limit fields in one line.
async fn told(app: &App, key: &str) -> String {
    let answer = verify(app, key).await;
    let retry = answer
        .headers
        .get("retry-after")
        .map_or(String::new(), |after| format!(", again in {}", after.to_str().unwrap()));
    let outcome = if answer.status == 200 { "200".to_owned() } else { answer.problem() };
    format!("{outcome}: {} of {}{retry}", answer.header("ratelimit"), answer.header("ratelimit-policy"))
}

on_both! {
    async fn the_limit_is_shared_by_all_keys_of_an_account(app: App) with SMALL; {
        let (_, [one, two]) = with_keys(&app, "Ivan").await;
        let mut lines = vec![];
        for key in [&one, &two, &one, &two, &one] {
            lines.push(told(&app, key).await);
        }
        insta::assert_snapshot!(lines.join("\n"), @r#"
        200: "vip";r=2;t=60 of "vip";q=3;w=60
        200: "vip";r=1;t=60 of "vip";q=3;w=60
        200: "vip";r=0;t=20 of "vip";q=3;w=60
        429 Rate limit exceeded (rate_limit_exceeded): "vip";r=0;t=20 of "vip";q=3;w=60, again in 20
        429 Rate limit exceeded (rate_limit_exceeded): "vip";r=0;t=20 of "vip";q=3;w=60, again in 20
        "#);
        let refused = verify(&app, &one).await.json();
        assert_eq!(
            refused["detail"],
            "Your plan allows 3 requests a minute across all your keys. Try again in 20 s."
        );
        let (_, [other, _]) = with_keys(&app, "Olga").await;
        assert_eq!(told(&app, &other).await, r#"200: "vip";r=2;t=60 of "vip";q=3;w=60"#, "a limit of its own");
    }

    async fn a_person_who_waits_as_told_is_admitted(app: App) with SMALL; {
        let (_, [key, _]) = with_keys(&app, "Ivan").await;
        for _ in 0..3 {
            assert_eq!(verify(&app, &key).await.status, 200);
        }
        for (millis, retry) in [(0, "20"), (1, "20"), (998, "20"), (1, "19"), (18_000, "1"), (999, "1")] {
            app.clock.pass_millis(millis);
            let answer = verify(&app, &key).await;
            assert_eq!((answer.status, answer.header("retry-after")), (429, retry), "{millis}");
        }
        app.clock.pass_millis(1);
        assert_eq!(verify(&app, &key).await.status, 200, "a rejected request consumes no quota");
        assert_eq!(verify(&app, &key).await.header("retry-after"), "20");
        app.clock.pass(60);
        assert_eq!(told(&app, &key).await, r#"200: "vip";r=2;t=60 of "vip";q=3;w=60"#, "full again after a minute");
    }

    async fn requests_at_once_are_counted_one_by_one(app: App) with SMALL; {
        let (_, keys) = with_keys(&app, "Ivan").await;
        let asked = at_once((0..40).map(|index| {
            let (app, key) = (app.clone(), keys[index % 2].clone());
            async move { verify(&app, &key).await.status }
        }));
        let passed = asked.await.into_iter().filter(|status| *status == 200).count();
        assert_eq!(passed, 3);
    }

    async fn what_is_refused_otherwise_costs_nothing(app: App) with SMALL; {
        let (ivan, [one, two]) = with_keys(&app, "Ivan").await;
        app.put_on_plan(&ivan, "free").await;
        for _ in 0..5 {
            assert_eq!(verify(&app, &one).await.status, 403);
        }
        app.put_on_plan(&ivan, "vip").await;
        app.signed_in(&ivan).await.delete("keys/2").await;
        for _ in 0..5 {
            assert_eq!(verify(&app, &two).await.status, 401);
        }
        assert_eq!(told(&app, &one).await, r#"200: "vip";r=2;t=60 of "vip";q=3;w=60"#);
    }

    async fn a_better_plan_counts_from_the_next_request_on(app: App) with SMALL; {
        let (ivan, [key, _]) = with_keys(&app, "Ivan").await;
        assert_eq!(told(&app, &key).await, r#"200: "vip";r=2;t=60 of "vip";q=3;w=60"#);
        app.put_on_plan(&ivan, "elite").await;
        let answer = told(&app, &key).await;
        assert!(answer.starts_with("200: \"elite\";r=") && answer.ends_with("of \"elite\";q=7;w=60"), "{answer}");
    }

    async fn people_may_look_at_themselves_as_often_as_they_like(app: App) with SMALL; {
        let (ivan, [key, _]) = with_keys(&app, "Ivan").await;
        for _ in 0..4 {
            verify(&app, &key).await;
        }
        let mut browser = app.signed_in(&ivan).await;
        for _ in 0..10 {
            assert_eq!(browser.get("keys").await.status, 200);
        }
        assert_eq!(verify(&app, &key).await.header("retry-after"), "19", "the sign-in advanced the clock by a second");
    }
}
