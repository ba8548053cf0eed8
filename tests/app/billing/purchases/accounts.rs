//! Purchases of accounts that are merged, deleted or exported.

use serde_json::json;
use telegram_sandbox::{Fault, FaultKind};

use super::{DAY, buy, caller, cancelled_by_bot, ledger, plans, purchases};
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
        cancelled_by_bot(&app, &ivan, &first).await;
        app.clock.pass(29 * DAY);
        app.sandbox.renew_subscription(&second).expect("the renewal of the other person's subscription");
        app.settled().await;
        assert_eq!(plans(&app.domain, &ivan).await, "elite paid 31 d, vip paid 30 d | active");
    }

    async fn a_renewal_after_the_deletion_is_refunded(app: App) {
        let ivan = app.person("Ivan");
        let first = buy(&app, &ivan, "plan:vip").await;
        let mut browser = app.signed_in(&ivan).await;
        assert_eq!(browser.delete("me").await.status, 202);
        app.clock.pass(7 * DAY);
        let refusal = FaultKind::Refused { code: 400, description: "Bad Request: CHARGE_ID_INVALID".into() };
        app.sandbox.inject_fault(Fault::once("editUserStarSubscription", refusal).times(u32::MAX));
        app.domain.delete_scheduled().await.unwrap();
        let stars = app.sandbox.stars_of(&ivan);
        app.sandbox.renew_subscription(&first).expect("Telegram does not know that the account is gone");
        app.settled().await;
        app.domain.make_payment_requests().await.unwrap();
        let is_back = |sandbox: &telegram_sandbox::Sandbox| (sandbox.stars_of(&ivan) == stars).then_some(());
        app.sandbox.wait_for(is_back).await.expect("nobody pays for an account that is gone");
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
