//! Linking an email address to an account, confirmed by a one-time link.

use serde_json::json;

use crate::on_both;
use crate::support::App;
use crate::support::mailbox::{PASSWORD, count, login, token_in};

const USED: &str = "400 Link is over (mail_link_used)";

/// Returns the token in the last of `mails` mails to the address.
async fn asked(app: &App, address: &str, mails: usize) -> String {
    token_in(app.mails_to(address, mails).await.last().unwrap())
}

on_both! {
    async fn the_link_adds_the_address_once(app: App) {
        let (ivan, olga) = (app.person_on("Ivan", "vip").await, app.person_on("Olga", "vip").await);
        let (mut here, mut there) = (app.signed_in(&ivan).await, app.signed_in(&olga).await);
        let ask = here.post("identities/email", json!({"email": " Ivan@Example.com"})).await;
        assert_eq!(ask.status, 202, "{ask:?}");
        let token = asked(&app, "Ivan@example.com", 1).await;
        let stolen = there.post("identities/email/verify", json!({"token": token})).await;
        assert_eq!(stolen.problem(), "400 Link is over (mail_link_unknown)", "the token is bound to the account");
        let added = here.post("identities/email/verify", json!({"token": token})).await;
        assert_eq!(added.status, 200, "{added:?}");
        let ways = here.get("me").await.json()["identities"].clone();
        assert!(ways.as_array().unwrap().iter().any(|way| way["kind"] == "email"), "{ways}");
        assert_eq!(here.post("identities/email/verify", json!({"token": token})).await.problem(), USED);
        let odd = here.post("identities/email", json!({"email": "nowhere"})).await;
        assert!(odd.problem().starts_with("422 Invalid fields (invalid_fields)\n  email: "), "{odd:?}");
    }

    async fn the_password_comes_along_when_accounts_become_one(app: App) {
        app.confirmed("ivan@example.com", PASSWORD, "Ivan").await;
        let ivan = app.person_on("Ivan", "vip").await;
        let mut here = app.signed_in(&ivan).await;
        let me = here.get("me").await.json()["id"].clone();
        assert_eq!(here.post("identities/email", json!({"email": "ivan@example.com"})).await.status, 202);
        let token = asked(&app, "ivan@example.com", 2).await;
        let answer = here.post("identities/email/verify", json!({"token": token})).await;
        let offer = answer.json()["merge"]["id"].as_str().unwrap_or_else(|| panic!("{answer:?}")).to_owned();
        assert_eq!(here.post(&format!("merges/{offer}"), json!({})).await.status, 200);
        let mut elsewhere = app.browser();
        let answer = login(&mut elsewhere, "ivan@example.com", PASSWORD).await;
        assert_eq!((answer.status, &answer.json()["user"]["plan"]), (200, &json!("vip")), "{answer:?}");
        assert_eq!(elsewhere.get("me").await.json()["id"], me);
        assert_eq!(count(&app.database_url, "select count(*) from password").await, 1);
    }

    async fn a_deleted_account_leaves_no_password_behind(app: App) {
        app.confirmed("ivan@example.com", PASSWORD, "Ivan").await;
        let mut ivan = app.signed_in_by_email("ivan@example.com", PASSWORD).await;
        let left = ivan.delete("me").await;
        assert!(left.status < 300, "{left:?}");
        app.clock.pass(7 * 86_400 + 1);
        while app.domain.delete_scheduled().await.unwrap() > 0 {}
        assert_eq!(count(&app.database_url, "select count(*) from password").await, 0);
        assert_eq!(login(&mut app.browser(), "ivan@example.com", PASSWORD).await.status, 401);
    }
}
