//! A spent refresh token after its successor was used: no lost answer any more, but a theft.

use reqwest::Method;

use crate::on_both;
use crate::support::writes::writes;
use crate::support::{App, Browser, ask};

const REPLAYED: &str = "401 Invalid or expired token (refresh_replayed)";
const ENDED: &str = "401 Invalid or expired token (session_ended)";

/// Refreshes once; returns the browser with the spent token, and the one with the current token.
async fn refreshed(app: &App) -> (Browser, Browser) {
    let spent = app.signed_in(&app.person("Ivan")).await;
    let mut browser = spent.clone();
    assert_eq!(browser.refresh().await.status, 200);
    (spent, browser)
}

on_both! {
    async fn a_lost_answer_stays_harmless_while_nobody_used_the_next_token(app: App) {
        let (mut spent, browser) = refreshed(&app).await;
        app.clock.pass(20 * 86_400);
        assert_eq!(spent.refresh().await.status, 200);
        assert_eq!(spent.cookie, browser.cookie, "the token whose answer was lost");
        assert_eq!(spent.get("me").await.status, 200);
    }

    async fn an_access_token_of_before_is_no_use_of_the_next_token(app: App) {
        let (mut spent, browser) = refreshed(&app).await;
        assert_eq!(spent.get("me").await.status, 200, "its access token is that of the spent token");
        app.clock.pass(11);
        assert_eq!(spent.refresh().await.status, 200);
        assert_eq!(spent.cookie, browser.cookie);
    }

    async fn once_its_access_token_was_used_the_old_token_ends_the_family(app: App) {
        let (mut thief, mut browser) = refreshed(&app).await;
        assert_eq!(browser.get("me").await.status, 200);
        app.clock.pass(10);
        assert_eq!(thief.clone().refresh().await.status, 200, "within ten seconds it lost a race");
        app.clock.pass(1);
        assert_eq!(thief.refresh().await.problem(), REPLAYED);
        assert_eq!(browser.get("me").await.problem(), ENDED);
        assert_eq!(browser.refresh().await.problem(), ENDED);
        let mut again = app.signed_in(&app.person("Olga")).await;
        assert_eq!(again.get("me").await.status, 200);
    }

    async fn once_it_opened_a_page_the_old_token_ends_the_family(app: App) {
        let (mut thief, browser) = refreshed(&app).await;
        let page = ask(browser.client.get(format!("{}/web/profile", app.url)).header("cookie", browser.cookie.clone().unwrap())).await;
        assert_eq!(page.status, 200);
        app.clock.pass(11);
        assert_eq!(thief.refresh().await.problem(), REPLAYED);
    }

    async fn a_page_with_the_old_token_ends_the_family(app: App) {
        let (thief, mut browser) = refreshed(&app).await;
        assert_eq!(browser.get("me").await.status, 200);
        app.clock.pass(11);
        let page = app.url.clone() + "/web";
        assert_eq!(ask(thief.client.get(page).header("cookie", thief.cookie.clone().unwrap())).await.status, 200);
        assert_eq!(browser.get("me").await.problem(), ENDED);
        assert_eq!(browser.refresh().await.problem(), ENDED);
    }

    async fn once_it_was_refreshed_the_old_token_ends_the_family(app: App) {
        let (mut thief, mut browser) = refreshed(&app).await;
        assert_eq!(browser.refresh().await.status, 200);
        app.clock.pass(11);
        assert_eq!(thief.refresh().await.problem(), REPLAYED);
        assert_eq!(browser.refresh().await.problem(), ENDED);
    }

    async fn the_person_is_warned_and_sees_where_the_copy_was_used(app: App) {
        let ivan = app.person("Ivan");
        let mut browser = app.signed_in_with(&ivan, "mine/1").await;
        let mut thief = Browser { agent: Some("thief/1"), ..browser.clone() };
        browser.refresh().await;
        browser.get("me").await;
        app.clock.pass(60);
        assert_eq!(thief.refresh().await.problem(), REPLAYED);
        let mut again = app.signed_in_with(&ivan, "mine/1").await;
        let events = again.get("activity").await.json()["events"].clone();
        assert_eq!((&events[1]["kind"], &events[1]["device"]), (&"refresh_token_reused".into(), &"thief/1".into()));
    }

    async fn a_use_is_written_once_for_each_token(app: App) {
        let mut browser = app.signed_in(&app.person("Ivan")).await;
        for round in 1..=3 {
            for _ in 0..10 {
                assert_eq!(browser.get("me").await.status, 200);
                browser.send(browser.request(Method::GET, "/web/profile")).await;
            }
            assert_eq!(writes(&app, "MarkTokenUsed").await, round);
            browser.refresh().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_use_on_one_instance_counts_on_another() {
    crate::support::run(crate::support::Database::Postgres, &[], |app: std::sync::Arc<App>| async move {
        let other = app.another(&[("TELEGRAM_API_URL", "http://127.0.0.1:9")]).await;
        let (thief, mut browser) = refreshed(&app).await;
        assert_eq!(browser.get("me").await.status, 200);
        app.clock.pass(11);
        let mut thief = Browser { url: other.url.clone(), ..thief };
        assert_eq!(thief.refresh().await.problem(), REPLAYED);
        other.stop().await;
    })
    .await;
}
