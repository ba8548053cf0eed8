//! "Log in with Telegram" (OpenID Connect). Finds the account of the login widget and the bot.

use serde_json::{Value, json};

use crate::on_both;
use crate::pages::{Reader, leads_to};
use crate::support::servers::openid::{CLIENT, TELEGRAM, token};
use crate::support::{Answer, App};

const START: &str = "/auth/telegram-login/start";

/// Completes a login at the provider, whose ID token carries `claims`.
async fn go(app: &App, reader: &mut Reader<'_>, claims: Value) -> Answer {
    let start = reader.get(START).await;
    let state = url::Url::parse(leads_to(&start))
        .unwrap()
        .query_pairs()
        .find(|(name, _)| name == "state")
        .unwrap()
        .1
        .into_owned();
    app.provider.give(token(1, &app.provider.claims(app, "opaque-sub", claims)));
    let code = app.domain.random_id();
    reader.get(&format!("/auth/telegram-login/callback?code={code}&state={state}")).await
}

on_both! {
    async fn the_telegram_id_is_in_a_claim_of_its_own(app: App) with TELEGRAM; {
        let ivan = app.person("Ivan");
        app.signed_in(&ivan).await;
        for id in [json!(ivan.id), json!(ivan.id.to_string())] {
            let mut reader = Reader::new(&app, "en");
            let answer = go(&app, &mut reader, json!({"id": id, "name": "Ivan", "preferred_username": "ivan"})).await;
            assert_eq!(leads_to(&answer), "/web/profile/api-keys");
            let page = reader.get("/web/profile").await;
            assert!(page.text.contains("#1"), "the same account: {page:?}");
        }
        let mut reader = Reader::new(&app, "en");
        assert_eq!(leads_to(&go(&app, &mut reader, json!({"id": 77, "name": "Maria"})).await), "/web/profile/api-keys");
    }

    async fn telegram_is_asked_as_it_wants_to_be(app: App) with TELEGRAM; {
        let mut reader = Reader::new(&app, "en");
        let start = reader.get(START).await;
        let url = url::Url::parse(leads_to(&start)).unwrap();
        let query: std::collections::BTreeMap<_, _> = url.query_pairs().into_owned().collect();
        assert_eq!((query["scope"].as_str(), query["client_id"].as_str()), ("openid profile", CLIENT));
        assert_eq!(query["redirect_uri"], format!("{}/auth/telegram-login/callback", app.url));
        assert!(!query.contains_key("nonce"), "Telegram was observed not to return the nonce");
        go(&app, &mut reader, json!({"id": 77})).await;
        let told = app.provider.redeemed();
        assert!(told.authorization.starts_with("Basic "), "{told:?}");
        assert_eq!((told.form["client_id"].as_str(), told.form["code_verifier"].len()), (CLIENT, 43));
    }

    async fn without_a_telegram_id_it_names_nobody(app: App) with TELEGRAM; {
        for claims in [json!({}), json!({"id": 0}), json!({"id": -5}), json!({"id": "x"}), json!({"id": 1.5}), json!({"id": null})] {
            let answer = go(&app, &mut Reader::new(&app, "en"), claims).await;
            assert_eq!(leads_to(&answer), "/web?error=telegram_login_nonsense");
        }
    }

    async fn it_is_off_until_it_is_set_up(app: App) {
        let mut reader = Reader::new(&app, "en");
        assert_eq!(leads_to(&reader.get(START).await), "/web?error=telegram_login_off");
        assert_eq!(leads_to(&reader.get("/auth/telegram-login/callback?code=a&state=b").await), "/web?error=login_state");
        assert!(!reader.get("/web").await.text.contains(START));
    }
}
