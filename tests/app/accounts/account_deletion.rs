//! Account deletion, scheduled for a week during which it can be cancelled.

use neuralbox_auth::domain::admin::access::{Admin, PersonRef};
use neuralbox_auth::model::accounts::account::TelegramId;
use neuralbox_auth::model::admin_action::AdminAction;
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};

use crate::on_both;
use crate::support::gateway::{SERVICE, charged};
use crate::support::{App, Browser, verify};

const DAY: i64 = 86_400;
const LEAVING: &str = "403 Account leaving (deletion_scheduled)";

async fn with_key(app: &App, name: &str) -> (telegram_sandbox::Person, Browser, String) {
    let person = app.person_on(name, "vip").await;
    let mut browser = app.signed_in(&person).await;
    let key = browser.post("keys", json!({"name": "laptop"})).await.json()["key"].as_str().unwrap().to_owned();
    (person, browser, key)
}

/// Number of rows of a table that belong to an account.
async fn rows(app: &App, table: &str, account: i64) -> i64 {
    let sql = AssertSqlSafe(format!("select count(*) from {table} where account_id = {account}"));
    if app.database_url.starts_with("sqlite") {
        let mut connection = SqliteConnection::connect(&app.database_url).await.unwrap();
        sqlx::query_scalar(sql).fetch_one(&mut connection).await.unwrap()
    } else {
        let mut connection = PgConnection::connect(&app.database_url).await.unwrap();
        sqlx::query_scalar(sql).fetch_one(&mut connection).await.unwrap()
    }
}

on_both! {
    async fn keys_are_off_and_sessions_over_at_once(app: App) {
        let (ivan, mut browser, key) = with_key(&app, "Ivan").await;
        let mut elsewhere = app.signed_in(&ivan).await;
        assert_eq!(verify(&app, &key).await.status, 200);
        let answer = browser.delete("me").await;
        assert_eq!(answer.status, 202, "{answer:?}");
        assert!(answer.json()["deletion_at"].as_str().unwrap().starts_with("20"));
        assert_eq!(verify(&app, &key).await.problem(), LEAVING);
        for one in [&mut browser, &mut elsewhere] {
            assert_eq!(one.get("me").await.problem(), "401 Invalid or expired token (session_ended)");
        }
        app.clock.pass(7 * DAY - 1);
        assert_eq!(app.domain.delete_scheduled().await.unwrap(), 0);
    }

    async fn a_person_who_signs_in_again_may_cancel_the_deletion_and_nothing_else(app: App) {
        let (ivan, mut browser, key) = with_key(&app, "Ivan").await;
        browser.delete("me").await;
        app.clock.pass(6 * DAY);
        let mut browser = app.signed_in(&ivan).await;
        let me = browser.get("me").await.json();
        assert!(me["deletion_at"].is_string(), "{me}");
        for answer in [browser.get("keys").await, browser.post("keys", json!({"name": "x"})).await, browser.get("activity").await, browser.delete("me").await] {
            assert_eq!(answer.problem(), LEAVING);
        }
        assert_eq!(browser.get("me/export").await.status, 200, "the export stays available");
        assert_eq!(browser.refresh().await.status, 200);
        for _ in 0..2 {
            assert_eq!(browser.post("me/cancel-deletion", json!({})).await.status, 204);
        }
        assert_eq!(verify(&app, &key).await.status, 200, "keys are valid again");
        assert_eq!(browser.get("keys").await.status, 200);
        app.clock.pass(2 * DAY);
        assert_eq!(app.domain.delete_scheduled().await.unwrap(), 0);
    }

    async fn after_a_week_nothing_is_left_but_sums(app: App) with SERVICE; {
        let (ivan, mut browser, key) = with_key(&app, "Ivan").await;
        charged(&app, 1, 100, "one").await;
        let who = PersonRef::Telegram(TelegramId::new(ivan.id).unwrap());
        let grant = AdminAction::Grant { tokens: 5, reason: "for Ivan Petrov".to_owned() };
        app.domain.perform_action(&Admin::operator(), &who, grant).await.unwrap();
        browser.delete("me").await;
        app.clock.pass(7 * DAY);
        assert_eq!((app.domain.delete_scheduled().await.unwrap(), app.domain.delete_scheduled().await.unwrap()), (1, 0));
        assert_eq!(verify(&app, &key).await.problem(), "401 Invalid or expired token (key_unknown)");
        for table in ["identity", "session", "api_key", "notice", "notice_opt_out", "quiet_hours", "account_activity", "sign_in_failure_count", "known_source"] {
            assert_eq!(rows(&app, table, 1).await, 0, "{table}");
        }
        assert!(rows(&app, "ledger", 1).await > 0 && rows(&app, "audit_log", 1).await > 0, "retained for accounting and for the audit log");
        assert_eq!(rows(&app, "(select account_id from ledger where reason like '%Ivan%') as l", 1).await, 0);
        assert_eq!(charged(&app, 1, 1, "late").await, "404 Not found (payer_not_found)");
        let mut again = app.browser();
        let user = again.sign_in(&app, &ivan).await.json()["user"].clone();
        assert_eq!((&user["id"], &user["plan"]), (&json!(2), &json!("free")), "a returning person gets a new account with a new number");
        assert!(app.domain.set_plan(&Admin::operator(), &PersonRef::parse("#1").unwrap(), "vip", None).await.is_err());
        assert_eq!(app.domain.stats(&Admin::operator()).await.unwrap().today.accounts, 1);
    }

    async fn it_needs_a_recent_sign_in(app: App) {
        let (_, mut browser, key) = with_key(&app, "Ivan").await;
        app.clock.pass(900);
        browser.refresh().await;
        assert_eq!(browser.delete("me").await.problem(), "403 Sign in again (reauth_required)");
        assert_eq!(verify(&app, &key).await.status, 200);
    }

    async fn in_chat_too_and_the_chat_says_so_before_anything_else(app: App) {
        let ivan = app.chatting(app.person("Ivan"), "vip").await;
        app.say(&ivan, "/profile").await;
        app.tap(&ivan, "🗑 Delete account").await;
        app.tap(&ivan, "Yes, delete my account").await;
        for command in ["/start", "/keys", "/newkey laptop", "hello"] {
            let chat = app.say(&ivan, command).await;
            assert!(chat.last().unwrap().text.contains("will be deleted on"), "{command}: {chat:#?}");
        }
        let mut browser = app.signed_in(&ivan).await;
        assert_eq!(browser.get("keys").await.problem(), LEAVING);
        app.tap(&ivan, "Keep my account").await;
        assert_eq!(app.word(), "Deletion canceled. Your keys work again.");
        assert_eq!(browser.get("keys").await.status, 200);
        app.clock.pass(8 * DAY);
        assert_eq!(app.domain.delete_scheduled().await.unwrap(), 0);
    }

    async fn a_day_before_its_person_is_reminded_once(app: App) {
        let ivan = app.chatting(app.person("Ivan"), "vip").await;
        let mut browser = app.signed_in(&ivan).await;
        app.warned(&ivan, 1).await;
        browser.delete("me").await;
        app.warned(&ivan, 2).await;
        app.clock.pass(5 * DAY);
        app.domain.delete_scheduled().await.unwrap();
        app.clock.pass(DAY + 60);
        for _ in 0..3 {
            app.domain.delete_scheduled().await.unwrap();
        }
        app.warned(&ivan, 3).await;
    }

    async fn a_ban_is_not_evaded_by_leaving(app: App) {
        let (ivan, mut browser, _) = with_key(&app, "Ivan").await;
        browser.delete("me").await;
        let who = PersonRef::Telegram(TelegramId::new(ivan.id).unwrap());
        app.domain.perform_action(&Admin::operator(), &who, AdminAction::Ban { reason: None }).await.unwrap();
        app.clock.pass(8 * DAY);
        assert_eq!(app.domain.delete_scheduled().await.unwrap(), 0);
        let answer = app.browser().post("auth/telegram", app.widget_of(&ivan)).await;
        assert_eq!(answer.problem(), "403 Account suspended (account_suspended)");
    }
}
