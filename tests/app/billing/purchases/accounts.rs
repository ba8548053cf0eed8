//! Purchases of accounts that are merged, deleted or exported.

use serde_json::json;

use super::{DAY, buy, caller, ledger, plans, purchases};
use crate::on_both;
use crate::support::App;

on_both! {
    async fn a_merge_keeps_all_time_that_was_paid_and_one_subscription(app: App) {
        let (ivan, olga) = (app.person("Ivan"), app.person("Olga"));
        let (first, second) = (buy(&app, &ivan, "plan:vip").await, buy(&app, &olga, "plan:elite").await);
        buy(&app, &olga, "pack:small").await;
        let mut browser = app.signed_in(&ivan).await;
        let offer = browser.post("identities/telegram", app.widget_of(&olga)).await.json()["merge"]["id"].clone();
        let answer = browser.post(&format!("merges/{}", offer.as_str().unwrap()), json!({})).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(plans(&app.domain, &ivan).await, "elite paid 30 d, vip paid 30 d | active");
        assert_eq!(purchases(&app.domain, &ivan).await, "1,000 tokens 400 paid, Elite 2500 paid, VIP 500 paid");
        app.domain.make_payment_requests().await.unwrap();
        assert!(app.sandbox.subscriptions_of(&ivan).iter().all(|it| it.charge_id == first && it.canceled_by_bot));
        app.clock.pass(29 * DAY);
        app.sandbox.renew_subscription(&second).expect("the renewal of the other person's subscription");
        app.settled().await;
        assert_eq!(plans(&app.domain, &ivan).await, "elite paid 31 d, vip paid 30 d | active");
    }

    async fn a_renewal_after_the_deletion_is_given_back(app: App) {
        let ivan = app.person("Ivan");
        let first = buy(&app, &ivan, "plan:vip").await;
        let mut browser = app.signed_in(&ivan).await;
        assert_eq!(browser.delete("me").await.status, 202);
        app.clock.pass(7 * DAY);
        app.sandbox.clear_faults();
        assert_eq!(app.domain.delete_scheduled().await.unwrap(), 1);
        let stars = app.sandbox.stars_of(&ivan);
        if app.sandbox.renew_subscription(&first).is_ok() {
            app.settled().await;
            app.domain.make_payment_requests().await.unwrap();
        }
        app.domain.make_payment_requests().await.unwrap();
        assert_eq!(app.sandbox.stars_of(&ivan), stars, "nobody pays for an account that is gone");
        assert!(app.sandbox.subscriptions_of(&ivan).iter().all(|it| it.canceled_by_bot));
        assert_eq!(plans(&app.domain, &ivan).await, "free | none", "a new account has no purchases");
        assert_eq!(purchases(&app.domain, &ivan).await, "");
    }

    async fn the_export_lists_them(app: App) {
        let ivan = app.person("Ivan");
        let id = buy(&app, &ivan, "pack:small").await;
        let mut browser = app.signed_in(&ivan).await;
        let all = browser.get("me/export").await.json();
        assert_eq!(all["purchases"][0]["charge"], id);
        assert_eq!((&all["purchases"][0]["stars"], &all["purchases"][0]["state"]), (&json!(400), &json!("paid")));
        assert_eq!(ledger(&app.domain, &ivan).await, "1100: purchase 1000, welcome 100");
        caller(&app.domain, &ivan).await;
    }
}
