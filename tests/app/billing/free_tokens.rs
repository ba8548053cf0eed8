//! Free tokens (sign-up and monthly ones): spent first, and not moved by a merge.

use neuralbox_auth::domain::admin::access::{Admin, PersonRef};
use neuralbox_auth::model::accounts::account::TelegramId;
use neuralbox_auth::model::admin_action::AdminAction;
use serde_json::{Value, json};
use telegram_sandbox::Person;

use crate::on_both;
use crate::support::gateway::{SERVICE, charged};
use crate::support::{App, Browser};

/// An account with a hundred free tokens, `granted` ones of an admin, and `spent` ones charged.
struct Side {
    person: Person,
    browser: Browser,
    granted: i64,
    spent: i64,
}

impl Side {
    async fn new(app: &App, granted: i64, spent: i64) -> Self {
        let person = app.person("Ivan");
        let mut browser = app.signed_in(&person).await;
        if granted > 0 {
            let who = PersonRef::Telegram(TelegramId::new(person.id).unwrap());
            let grant = AdminAction::Grant { tokens: granted, reason: "bought".to_owned() };
            app.domain.perform_action(&Admin::operator(), &who, grant).await.unwrap();
        }
        let id = browser.get("me").await.json()["id"].as_i64().unwrap();
        if spent > 0 {
            assert_eq!(
                charged(app, id, spent, &format!("spent-{id}")).await,
                format!("charged {}", 100 + granted - spent)
            );
        }
        Self { person, browser, granted, spent }
    }

    const fn free(&self) -> i64 {
        if self.spent < 100 { 100 - self.spent } else { 0 }
    }

    const fn own(&self) -> i64 {
        100 + self.granted - self.spent - self.free()
    }

    /// Merges another account into this one; returns the offer.
    async fn merge(&mut self, app: &App, other: &Person) -> Value {
        let answer = self.browser.post("identities/telegram", app.widget_of(other)).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let offer = answer.json()["merge"].clone();
        let answer = self.browser.post(&format!("merges/{}", offer["id"].as_str().unwrap()), json!({})).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        offer
    }

    /// Balance of the account; asserts that the ledger adds up to it.
    async fn balance(&mut self) -> i64 {
        let balance = self.browser.get("me").await.json()["token_balance"].as_i64().unwrap();
        let entries = self.browser.get("usage?limit=100").await.json()["entries"].as_array().unwrap().clone();
        assert_eq!(entries.iter().map(|entry| entry["tokens"].as_i64().unwrap()).sum::<i64>(), balance, "{entries:?}");
        assert_eq!(entries[0]["balance"].as_i64().unwrap_or(balance), balance);
        balance
    }
}

on_both! {
    async fn merging_new_accounts_gains_nothing(app: App) {
        let mut first = Side::new(&app, 0, 0).await;
        for _ in 0..5 {
            let other = Side::new(&app, 0, 0).await;
            let offer = first.merge(&app, &other.person).await;
            assert_eq!(offer["becomes"]["token_balance"], 100);
            assert_eq!(offer["becomes"]["forfeited_tokens"], 100);
            assert_eq!(first.balance().await, 100);
        }
        // Nor does a chain: the merged account is merged into a new one.
        let mut last = Side::new(&app, 0, 0).await;
        last.merge(&app, &first.person).await;
        assert_eq!(last.balance().await, 100);
    }

    async fn what_was_bought_moves_whatever_was_spent_on_whichever_side(app: App) with SERVICE; {
        let cases = [(0, 0), (0, 30), (0, 100), (50, 0), (50, 30), (50, 100), (50, 120), (50, 150)];
        for (index, (granted, spent)) in cases.into_iter().enumerate() {
            let (other_granted, other_spent) = cases[(index * 3 + 2) % cases.len()];
            let mut stays = Side::new(&app, granted, spent).await;
            let goes = Side::new(&app, other_granted, other_spent).await;
            let offer = stays.merge(&app, &goes.person).await;
            let expected = stays.free() + stays.own() + goes.own();
            assert_eq!(offer["becomes"]["token_balance"], expected, "{index}");
            assert_eq!(offer["becomes"]["forfeited_tokens"], goes.free(), "{index}");
            assert_eq!(stays.balance().await, expected, "{index}");
            // The free tokens of the account that stays are still spent first, so the bought ones move on.
            let mut next = Side::new(&app, 0, 0).await;
            next.merge(&app, &stays.person).await;
            assert_eq!(next.balance().await, 100 + stays.own() + goes.own(), "{index}");
        }
    }

    async fn a_month_that_was_given_before_a_merge_is_not_given_again(app: App) {
        let mut first = Side::new(&app, 0, 0).await;
        app.clock.pass(10 * 86_400);
        first.browser.refresh().await;
        assert_eq!(first.balance().await, 200);
        let mut second = Side::new(&app, 0, 0).await;
        second.merge(&app, &first.person).await;
        assert_eq!(second.balance().await, 100);
        while app.domain.pay_allowances().await.unwrap() == neuralbox_auth::domain::billing::allowance::Remaining::Maybe {}
        assert_eq!(second.balance().await, 100);
    }
}
