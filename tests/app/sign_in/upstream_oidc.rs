//! Sign-in with Google by an authorization code that a page posts.

use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqliteConnection};

use crate::on_both;
use crate::support::mailbox::{PASSWORD, count, login};
use crate::support::servers::openid::{CLIENT, GOOGLE, Mood, token};
use crate::support::{Answer, App, Browser};

/// Setting that allows the redirect URI of another website.
const ELSEWHERE: (&str, &str) = ("GOOGLE_REDIRECT_URIS", "https://shop.example/signed-in, {url}/auth/google/callback");

/// Posts a code that the provider exchanges for `identity`.
async fn sign_in(app: &App, browser: &mut Browser, identity: String, code: &str) -> Answer {
    app.provider.give(identity);
    browser.post("auth/google", json!({"code": code, "redirect_uri": callback(app)})).await
}

/// Returns kind and actor of the account's activity, newest first.
async fn activity(browser: &mut Browser) -> Vec<String> {
    let lines = browser.get("activity").await.json()["events"].as_array().unwrap().clone();
    let text = |line: &Value, name: &str| line[name].as_str().unwrap_or("-").to_owned();
    lines.iter().map(|line| format!("{} by {}", text(line, "kind"), text(line, "by"))).collect()
}

fn callback(app: &App) -> String {
    format!("{}/auth/google/callback", app.url)
}

/// Builds a valid ID token.
fn identity(app: &App, subject: &str, more: Value) -> String {
    token(1, &app.provider.claims(app, subject, more))
}

/// Adds a verified email address to account 1.
async fn verify_address(app: &App, address: &str) {
    run(
        app,
        format!("insert into identity (kind, subject, account_id, created_at) values ('email', '{address}', 1, 0)"),
    )
    .await;
}

async fn run(app: &App, sql: String) {
    if app.database_url.starts_with("sqlite") {
        let mut database = SqliteConnection::connect(&app.database_url).await.unwrap();
        database.execute(AssertSqlSafe(sql)).await.unwrap();
    } else {
        let mut database = PgConnection::connect(&app.database_url).await.unwrap();
        database.execute(AssertSqlSafe(sql)).await.unwrap();
    }
}

fn ivan() -> Value {
    json!({"name": "Ivan Petrov", "email": "Ivan@Example.com", "email_verified": true})
}

on_both! {
    async fn google_signs_in_as_telegram_does(app: App) with GOOGLE; {
        let mut browser = app.browser();
        let answer = sign_in(&app, &mut browser, identity(&app, "g-1", ivan()), "code-1").await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let body = answer.json();
        assert_eq!((&body["token_type"], &body["expires_in"]), (&json!("bearer"), &json!(900)));
        assert_eq!(body["user"], json!({"id": 1, "name": "Ivan Petrov", "plan": "free", "token_balance": 100}));
        assert_eq!(body.as_object().unwrap().len(), 4, "{body}");
        assert!(answer.cookies()[0].starts_with("nb_refresh="), "{answer:?}");
        assert_eq!(browser.refresh().await.status, 200);
        assert_eq!(
            browser.get("me").await.json()["identities"],
            json!([{"kind": "google", "subject": "g-1", "label": "ivan@example.com"}])
        );
        assert_eq!(browser.get("usage").await.json()["entries"][0]["reason"], "welcome");

        let told = app.provider.redeemed();
        let field = |name: &str| told.form.get(name).map_or("", String::as_str);
        assert_eq!(told.authorization, format!("Basic {}", base64(&format!("{CLIENT}:visible-secret"))));
        assert_eq!((field("grant_type"), field("code"), field("client_id")), ("authorization_code", "code-1", CLIENT));
        assert_eq!((field("redirect_uri"), field("code_verifier")), (callback(&app).as_str(), ""));
        assert!(!told.form.contains_key("client_secret"), "{told:?}");
    }

    async fn a_returning_person_is_recognized_by_their_sub(app: App) with GOOGLE; {
        for (subject, claims, id) in [
            ("g-1", ivan(), 1),
            ("g-1", json!({"name": "Vanya", "email": "new@example.com", "email_verified": true}), 1),
            ("g-2", ivan(), 2),
            ("g-1", json!({}), 1),
        ] {
            let mut browser = app.browser();
            let code = format!("{subject}{claims}").replace(' ', "");
            let answer = sign_in(&app, &mut browser, identity(&app, subject, claims), &code).await;
            assert_eq!(answer.json()["user"]["id"], id, "{answer:?}");
        }
        let mut browser = app.browser();
        sign_in(&app, &mut browser, identity(&app, "g-1", ivan()), "last").await;
        let me = browser.get("me").await.json();
        assert_eq!(me["name"], "Ivan Petrov", "the name is taken from the first sign-in: {me}");
        assert_eq!(me["identities"][0]["label"], "ivan@example.com", "the latest address is the label");
    }

    async fn many_tabs_at_once_make_one_account(app: App) with GOOGLE; {
        app.provider.give(identity(&app, "g-1", ivan()));
        let ask = |number: usize| {
            let (mut browser, redirect_uri) = (app.browser(), callback(&app));
            async move { browser.post("auth/google", json!({"code": format!("c{number}"), "redirect_uri": redirect_uri})).await }
        };
        for answer in crate::support::at_once((0..8).map(ask)).await {
            assert_eq!(answer.json()["user"]["id"], 1, "{answer:?}");
        }
    }

    async fn an_address_that_google_assigns_joins_the_accounts(app: App) with GOOGLE; {
        let telegram = app.person("Ivan");
        let mut browser = app.signed_in(&telegram).await;
        verify_address(&app, "ivan@gmail.com").await;

        let unverified = [json!(false), json!(null), json!("true"), json!("TRUE"), json!(1), json!([true])];
        for (number, verified) in unverified.into_iter().enumerate() {
            let mut claims = json!({"name": "Mallory", "email": "ivan@gmail.com", "email_verified": verified});
            claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
            let answer =
                sign_in(&app, &mut app.browser(), identity(&app, &format!("m-{number}"), claims), &format!("m{number}")).await;
            assert_eq!(answer.status, 200, "the address is unverified: {answer:?}");
            assert_ne!(answer.json()["user"]["id"], 1, "the address is unverified: {answer:?}");
        }
        let verified = json!({"name": "Ivan Petrov", "email": "Ivan@Gmail.com", "email_verified": true});
        let answer = sign_in(&app, &mut app.browser(), identity(&app, "g-1", verified), "code-1").await;
        assert_eq!(answer.json()["user"]["id"], 1, "{answer:?}");
        let kinds: Vec<_> = browser.get("me").await.json()["identities"].as_array().unwrap().clone();
        assert_eq!(kinds.len(), 3, "{kinds:?}");
        assert_eq!(activity(&mut browser).await[..2], ["signed_in by person", "linked by visitor"]);
        assert_eq!(count(&app.database_url, "select count(*) from notice where content like '%linked%'").await, 1, "the account's owner is notified");
        let moved = json!({"email": "other@example.com", "email_verified": true});
        let answer = sign_in(&app, &mut app.browser(), identity(&app, "g-1", moved), "code-2").await;
        assert_eq!(answer.json()["user"]["id"], 1, "the sub identifies the account from now on");
    }

    async fn any_other_address_is_proven_by_mail_first(app: App) with GOOGLE; {
        app.confirmed("ivan@corp.example", PASSWORD, "Ivan").await;
        let claims = |domain: Option<&str>| {
            let mut claims = json!({"name": "Ivan", "email": "Ivan@corp.example", "email_verified": true});
            if let Some(domain) = domain {
                claims["hd"] = json!(domain);
            }
            claims
        };
        for (number, domain) in [None, Some("example"), Some("mail.corp.example"), Some("")].into_iter().enumerate() {
            let answer = sign_in(&app, &mut app.browser(), identity(&app, "g-1", claims(domain)), &format!("c{number}")).await;
            assert_eq!(answer.problem(), "409 Conflict (address_unproven)", "{domain:?}");
            assert!(answer.cookies().is_empty(), "{answer:?}");
        }
        assert_eq!(count(&app.database_url, "select count(*) from identity where kind = 'google'").await, 0);

        let mut ivan = app.signed_in_by_email("ivan@corp.example", PASSWORD).await;
        app.provider.give(identity(&app, "g-1", claims(None)));
        let linked = ivan.post("identities/google", json!({"code": "link", "redirect_uri": callback(&app)})).await;
        assert_eq!(linked.status, 200, "{linked:?}");
        let answer = sign_in(&app, &mut app.browser(), identity(&app, "g-1", claims(None)), "later").await;
        assert_eq!(answer.json()["user"]["id"], 1, "{answer:?}");
        assert_eq!(login(&mut app.browser(), "ivan@corp.example", PASSWORD).await.status, 200, "the password was used and stays");
    }

    async fn linking_drops_a_password_that_nobody_used(app: App) with GOOGLE; {
        let hosted = json!({"name": "Ivan", "email": "ivan@corp.example", "email_verified": true, "hd": "Corp.example"});
        app.confirmed("ivan@corp.example", PASSWORD, "Ivan").await;
        let mut ivan = app.browser();
        let answer = sign_in(&app, &mut ivan, identity(&app, "g-1", hosted), "code-1").await;
        assert_eq!(answer.json()["user"]["id"], 1, "{answer:?}");
        assert_eq!(login(&mut app.browser(), "ivan@corp.example", PASSWORD).await.problem(), "401 Invalid or expired token (wrong_password)");
        assert!(activity(&mut ivan).await.contains(&"password_removed by visitor".to_owned()));

        app.confirmed("olga@gmail.com", PASSWORD, "Olga").await;
        login(&mut app.browser(), "olga@gmail.com", PASSWORD).await;
        let assigned = json!({"name": "Olga", "email": "olga@gmail.com", "email_verified": true});
        let answer = sign_in(&app, &mut app.browser(), identity(&app, "g-2", assigned), "code-2").await;
        assert_eq!(answer.json()["user"]["id"], 2, "{answer:?}");
        assert_eq!(login(&mut app.browser(), "olga@gmail.com", PASSWORD).await.status, 200, "a password that was used stays");
    }

    async fn both_names_of_googles_issuer_count(app: App) with GOOGLE; {
        for (number, issuer) in ["accounts.google.com", "https://accounts.google.com"].into_iter().enumerate() {
            let claims = json!({"iss": issuer});
            let answer = sign_in(&app, &mut app.browser(), identity(&app, "g-1", claims), &format!("c{number}")).await;
            assert_eq!((answer.status, &answer.json()["user"]["id"]), (200, &json!(1)), "{issuer}");
        }
        for issuer in ["http://accounts.google.com", "accounts.google.com/", "Accounts.google.com", "google.com", ""] {
            let claims = json!({"iss": issuer});
            let answer = sign_in(&app, &mut app.browser(), identity(&app, "g-1", claims), &format!("c-{issuer}")).await;
            assert_eq!(answer.problem(), "401 Invalid or expired token (google_unproven)", "{issuer}");
        }
    }

    async fn the_owner_is_notified_in_chat(app: App) with GOOGLE; {
        let telegram = app.chatting(app.person("Ivan"), "vip").await;
        verify_address(&app, "ivan@gmail.com").await;
        app.clock.pass(1);
        sign_in(&app, &mut app.browser(), identity(&app, "g-1", json!({"email": "ivan@gmail.com", "email_verified": true})), "code-1").await;
        let chat = app.warned(&telegram, 2).await;
        assert!(chat.iter().any(|message| message.text.contains("Google: ivan@gmail.com")), "{chat:?}");
        assert!(chat.iter().any(|message| message.text.contains("New sign-in")), "{chat:?}");
    }

    async fn the_code_verifier_and_the_nonce_are_passed_on_and_looked_at(app: App) with GOOGLE; {
        let verifier = "a".repeat(43);
        let ask = |nonce: &str, said: Value| {
            app.provider.give(identity(&app, "g-1", said));
            let code = format!("code-{nonce}-{}", app.provider.asked("token"));
            json!({"code": code, "redirect_uri": callback(&app), "code_verifier": verifier, "nonce": nonce})
        };
        let mut browser = app.browser();
        let answer = browser.post("auth/google", ask("n-1", json!({"nonce": "n-1"}))).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(app.provider.redeemed().form["code_verifier"], verifier);
        for said in [json!({"nonce": "n-2"}), json!({}), json!({"nonce": ""})] {
            let answer = browser.post("auth/google", ask("n-1", said)).await;
            assert_eq!(answer.problem(), "401 Invalid or expired token (google_unproven)");
        }
    }

    async fn a_code_is_good_once_whatever_google_says(app: App) with GOOGLE; {
        let first = sign_in(&app, &mut app.browser(), identity(&app, "g-1", ivan()), "code-1").await;
        assert_eq!(first.status, 200);
        let again = sign_in(&app, &mut app.browser(), identity(&app, "g-1", ivan()), "code-1").await;
        assert_eq!(again.problem(), "401 Invalid or expired token (login_used)");
        let mut browser = app.browser();
        sign_in(&app, &mut browser, identity(&app, "g-1", ivan()), "code-2").await;
        assert_eq!(activity(&mut browser).await[1], "sign_in_failed by visitor");
    }

    async fn the_page_that_asked_must_be_allowed(app: App) with [GOOGLE[0], GOOGLE[1], GOOGLE[2], ELSEWHERE]; {
        let mut browser = app.browser();
        let own = callback(&app);
        let others = [
            "https://evil.example/signed-in",
            "https://shop.example/signed-in/",
            "https://shop.example/signed-in?a=b",
            "http://shop.example/signed-in",
            "https://SHOP.example/signed-in",
            "https://shop.example/signed-in, https://evil.example",
            "",
        ];
        for redirect_uri in others {
            let answer = browser.post("auth/google", json!({"code": "c", "redirect_uri": redirect_uri})).await;
            assert_eq!(
                answer.problem(),
                "422 Invalid fields (invalid_fields)\n  redirect_uri: must exactly match one that the operator allows"
            );
        }
        assert_eq!(app.provider.asked("token"), 0, "the code was not sent");
        for (number, redirect_uri) in ["https://shop.example/signed-in", own.as_str()].into_iter().enumerate() {
            app.provider.give(identity(&app, "g-1", ivan()));
            let ask = json!({"code": format!("c{number}"), "redirect_uri": redirect_uri});
            assert_eq!(browser.post("auth/google", ask).await.status, 200);
            assert_eq!(app.provider.redeemed().form["redirect_uri"], redirect_uri);
        }
    }

    async fn what_is_no_code_is_reported_field_by_field(app: App) with GOOGLE; {
        let mut browser = app.browser();
        let bad = json!({"code": "a b", "redirect_uri": "x", "code_verifier": "short", "nonce": ""});
        insta::assert_snapshot!(browser.post("auth/google", bad).await.problem(), @"
        422 Invalid fields (invalid_fields)
          code: must have 1 to 2048 visible ASCII characters
          code_verifier: must have 43 to 128 of A-Z a-z 0-9 - . _ ~
          nonce: must have 1 to 512 characters
        ");
        insta::assert_snapshot!(browser.post("auth/google", json!({"code": "a"})).await.problem(), @"
        422 Invalid fields (invalid_fields)
          redirect_uri: is missing
        ");
        insta::assert_snapshot!(browser.post("auth/google", json!({"code": "a", "redirect_uri": "b", "c": 1})).await.problem(), @"
        422 Invalid fields (invalid_fields)
          c: is not known here
        ");
        assert_eq!(browser.post_text("auth/google", Some("text/plain"), "x").await.status, 415);
        assert_eq!(app.provider.asked("discovery"), 0, "the provider was not contacted");
    }

    async fn without_settings_google_is_off(app: App) {
        let answer = app.browser().post("auth/google", json!({"code": "c", "redirect_uri": callback(&app)})).await;
        assert_eq!(answer.problem(), "403 Sign-in is off (google_off)");
    }

    async fn a_suspended_account_stays_out(app: App) with GOOGLE; {
        sign_in(&app, &mut app.browser(), identity(&app, "g-1", ivan()), "code-1").await;
        run(&app, "update account set banned_at = 1 where id = 1".to_owned()).await;
        let answer = sign_in(&app, &mut app.browser(), identity(&app, "g-1", ivan()), "code-2").await;
        assert_eq!(answer.problem(), "403 Account suspended (account_suspended)");
    }

    async fn sign_ins_are_counted_by_method(app: App) with GOOGLE; {
        sign_in(&app, &mut app.browser(), identity(&app, "g-1", ivan()), "code-1").await;
        app.provider.be("token", Mood::Refusing("invalid_grant"));
        sign_in(&app, &mut app.browser(), identity(&app, "g-1", ivan()), "code-2").await;
        let metrics = reqwest::get(format!("{}/metrics", app.metrics_url)).await.unwrap().text().await.unwrap();
        for outcome in ["ok", "refused"] {
            let line = format!("neuralbox_sign_ins_total{{method=\"google\",outcome=\"{outcome}\"}}");
            assert!(metrics.contains(&line), "{metrics}");
        }
    }
}

fn base64(text: &str) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(text)
}
