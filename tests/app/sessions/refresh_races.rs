//! Reuse of refresh tokens, by concurrent tabs or by a thief.

use std::collections::BTreeSet;

use crate::on_both;
use crate::support::{App, Browser, at_once};

const REPLAYED: &str = "401 Invalid or expired token (refresh_replayed)";
const ENDED: &str = "401 Invalid or expired token (session_ended)";

/// Refreshes `turns` times; returns the state of the browser before each refresh and after the last.
async fn line(mut browser: Browser, turns: usize) -> Vec<Browser> {
    let mut line = vec![browser.clone()];
    for _ in 0..turns {
        assert_eq!(browser.refresh().await.status, 200);
        line.push(browser.clone());
    }
    line
}

/// Refreshes in a copy of the browser; returns 200 or the problem, and asserts that only a success sets a cookie.
async fn try_refresh(browser: &Browser) -> String {
    let answer = browser.clone().refresh().await;
    assert_eq!(answer.cookies().len(), usize::from(answer.status == 200), "{answer:?}");
    if answer.status == 200 { "200".to_owned() } else { answer.problem() }
}

on_both! {
    async fn sixty_four_tabs_wake_up_at_once_and_all_stay_signed_in(app: App) {
        let mut browser = app.signed_in(&app.person("Ivan")).await;
        let mut tabs: Vec<_> = (0..64).map(|_| browser.clone()).collect();
        for round in 1..=3 {
            let answers = at_once(tabs.into_iter().map(|mut tab| async move {
                let answer = tab.refresh().await;
                assert_eq!(answer.status, 200, "round {round}: {answer:?}");
                assert_eq!(tab.get("me").await.status, 200, "round {round}");
                tab
            }));
            tabs = answers.await;
            let cookies: BTreeSet<_> = tabs.iter().map(|tab| tab.cookie.clone()).collect();
            assert_eq!(cookies.len(), 1, "round {round}: one refresh chain continues");
            let tokens: BTreeSet<_> = tabs.iter().map(|tab| tab.access.clone()).collect();
            assert_eq!(tokens.len(), 64, "round {round}: access tokens are distinct");
        }
        assert_eq!(browser.get("sessions").await.json()["sessions"].as_array().unwrap().len(), 1);
    }

    async fn a_token_two_steps_behind_after_ten_seconds_ends_the_family(app: App) {
        let ivan = app.person("Ivan");
        let mut other = app.signed_in(&ivan).await;
        let mut line = line(app.signed_in(&ivan).await, 2).await;
        app.clock.pass(11);
        assert_eq!(try_refresh(&line[0]).await, REPLAYED);
        for browser in &mut line {
            assert_eq!(browser.get("me").await.problem(), ENDED);
            assert_eq!(try_refresh(browser).await, ENDED);
        }
        assert_eq!(other.get("me").await.status, 200, "another session is unaffected");
        assert_eq!(try_refresh(&other).await, "200");
    }

    async fn a_token_two_steps_behind_within_ten_seconds_lost_a_race(app: App) {
        let mut browsers = line(app.signed_in(&app.person("Ivan")).await, 3).await;
        app.clock.pass(10);
        let newest = browsers[3].cookie.clone();
        for browser in &mut browsers[..3] {
            assert_eq!(browser.refresh().await.status, 200);
            assert_eq!(browser.cookie, newest, "the browser catches up with the current token");
            assert_eq!(browser.get("me").await.status, 200);
        }
        assert_eq!(try_refresh(&browsers[0]).await, "200");
    }

    async fn a_token_one_step_behind_works_however_late(app: App) {
        let mut line = line(app.signed_in(&app.person("Ivan")).await, 2).await;
        app.clock.pass(29 * 86_400);
        let newest = line[2].cookie.clone();
        assert_eq!(line[1].refresh().await.status, 200);
        assert_eq!(line[1].cookie, newest);
        assert_eq!(line[1].get("me").await.status, 200);
        assert_eq!(try_refresh(&line[2]).await, "200", "the tab that was ahead stays signed in, too");
    }

    async fn the_ten_seconds_begin_when_the_token_was_first_used(app: App) {
        let mut browsers = line(app.signed_in(&app.person("Ivan")).await, 1).await;
        for _ in 0..3 {
            app.clock.pass(4);
            let next = line(browsers[browsers.len() - 1].clone(), 1).await.pop().unwrap();
            browsers.push(next);
        }
        // The tokens were first used 12, 8, 4 and 0 seconds ago.
        for browser in &browsers[1..] {
            assert_eq!(try_refresh(browser).await, "200");
        }
        assert_eq!(try_refresh(&browsers[0]).await, REPLAYED);
    }

    async fn of_many_replays_at_once_none_gets_anything(app: App) {
        let line = line(app.signed_in(&app.person("Ivan")).await, 2).await;
        app.clock.pass(11);
        let answers = at_once((0..20).map(|index| {
            let browser = line[if index % 2 == 0 { 0 } else { 2 }].clone();
            async move { (index % 2 == 0, try_refresh(&browser).await) }
        }));
        for (is_replay, answer) in answers.await {
            assert!(!is_replay || [REPLAYED, ENDED].contains(&&*answer), "{answer}");
            assert!(is_replay || ["200", ENDED].contains(&&*answer), "{answer}");
        }
        assert_eq!(try_refresh(&line[2]).await, ENDED, "the session has ended in any order of arrival");
    }
}
