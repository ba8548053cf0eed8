//! What happens to apps when the account changes: merge, ban, deletion, a new password.

use neuralbox_auth::domain::admin::access::{Admin, PersonRef};
use neuralbox_auth::model::accounts::account::TelegramId;
use neuralbox_auth::model::admin_action::AdminAction;
use reqwest::Method;
use serde_json::{Value, json};
use telegram_sandbox::Person;

use super::{TestClient, client, error, parts, refresh, text, tokens, with_token};
use crate::on_both;
use crate::support::{App, Browser};

const OFFLINE: &str = "openid profile offline_access";

async fn may_call(app: &App, tokens: &Value) -> bool {
    let me = with_token(app, Method::GET, "/api/v2/me", text(tokens, "access_token")).await;
    assert!(matches!(me.status, 200 | 401 | 403), "{me:?}");
    me.status == 200
}

fn sub(tokens: &Value) -> String {
    parts(text(tokens, "id_token")).1["sub"].as_str().expect("a sub").to_owned()
}

/// Merges the account of another person into that of the browser.
async fn merge(app: &App, browser: &mut Browser, other: &Person) {
    let offer = browser.post("identities/telegram", app.widget_of(other)).await.json()["merge"]["id"].clone();
    let merged = browser.post(&format!("merges/{}", offer.as_str().expect("an offer")), json!({})).await;
    assert_eq!(merged.status, 200, "{merged:?}");
}

async fn admin_does(app: &App, person: &Person, action: AdminAction) {
    let who = PersonRef::Telegram(TelegramId::new(person.id).expect("an id"));
    app.domain.perform_action(&Admin::operator(), &who, action).await.expect("done");
}

async fn refreshed(app: &App, client: &TestClient, tokens: &Value) -> Value {
    let answer = refresh(app, client, text(tokens, "refresh_token")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

on_both! {
    async fn after_a_merge_each_client_sees_the_sub_it_knew(app: App) {
        let (ivan, olga) = (app.person("Ivan"), app.person("Olga"));
        let (of_both, of_olga) = (client(&app).await, client(&app).await);
        let ivan_there = tokens(&app, &ivan, &of_both, OFFLINE).await;
        let olga_there = tokens(&app, &olga, &of_both, OFFLINE).await;
        let olga_alone = tokens(&app, &olga, &of_olga, OFFLINE).await;
        let (sub_of_ivan, sub_of_olga) = (sub(&ivan_there), sub(&olga_there));
        assert_ne!(sub_of_ivan, sub_of_olga);
        assert_eq!(sub(&olga_alone), sub_of_olga, "the same for every client");

        let mut here = app.signed_in(&ivan).await;
        merge(&app, &mut here, &olga).await;
        assert_eq!(sub(&refreshed(&app, &of_both, &olga_there).await), sub_of_olga, "a grant keeps its sub");
        assert_eq!(sub(&refreshed(&app, &of_both, &ivan_there).await), sub_of_ivan);
        let again = refreshed(&app, &of_olga, &olga_alone).await;
        assert_eq!(sub(&again), sub_of_olga);
        let me = with_token(&app, Method::GET, "/api/v2/me", text(&again, "access_token")).await;
        assert_eq!(me.json()["id"].to_string(), sub_of_ivan, "the account itself is the remaining one");
        assert_eq!(sub(&tokens(&app, &olga, &of_olga, "openid").await), sub_of_olga, "at a new sign-in, too");
        assert_eq!(sub(&tokens(&app, &olga, &of_both, "openid").await), sub_of_ivan, "who knew both sees the remaining one");
    }

    async fn a_ban_ends_all_apps_and_an_unban_brings_none_back(app: App) {
        let (ivan, client) = (app.person("Ivan"), client(&app).await);
        let before = tokens(&app, &ivan, &client, OFFLINE).await;
        assert!(may_call(&app, &before).await);
        admin_does(&app, &ivan, AdminAction::Ban { reason: None }).await;
        assert!(!may_call(&app, &before).await);
        assert_eq!(error(&refresh(&app, &client, text(&before, "refresh_token")).await), "400 invalid_grant");
        admin_does(&app, &ivan, AdminAction::Unban).await;
        assert!(!may_call(&app, &before).await);
        assert_eq!(error(&refresh(&app, &client, text(&before, "refresh_token")).await), "400 invalid_grant");
    }

    async fn a_deletion_stops_apps_until_it_is_cancelled(app: App) {
        let (ivan, client) = (app.person("Ivan"), client(&app).await);
        let online = tokens(&app, &ivan, &client, "openid profile").await;
        let offline = tokens(&app, &ivan, &client, OFFLINE).await;
        let mut browser = app.signed_in(&ivan).await;
        assert_eq!(browser.delete("me").await.status, 202);
        assert!(!may_call(&app, &online).await && !may_call(&app, &offline).await);
        assert_eq!(error(&refresh(&app, &client, text(&offline, "refresh_token")).await), "400 invalid_grant");
        let mut browser = app.signed_in(&ivan).await;
        assert_eq!(browser.post("me/cancel-deletion", json!({})).await.status, 204);
        assert!(!may_call(&app, &online).await, "its session has ended");
        assert!(may_call(&app, &refreshed(&app, &client, &offline).await).await);
    }

    async fn signing_out_ends_what_has_no_offline_access(app: App) {
        let (ivan, client) = (app.person("Ivan"), client(&app).await);
        let online = tokens(&app, &ivan, &client, "openid profile").await;
        let offline = tokens(&app, &ivan, &client, OFFLINE).await;
        assert!(may_call(&app, &online).await);
        app.clock.pass(1);
        let mut browser = app.signed_in(&ivan).await;
        assert_eq!(browser.delete("sessions").await.status, 204);
        assert!(!may_call(&app, &online).await);
        assert!(may_call(&app, &offline).await && may_call(&app, &refreshed(&app, &client, &offline).await).await);
    }
}
