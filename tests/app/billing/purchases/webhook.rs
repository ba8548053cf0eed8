//! Payments whose updates are pushed by a webhook: the same as those that are polled.

use telegram_sandbox::{PaymentOptions, UpdateDelivery};

use super::{DAY, buy, cancelled_by_bot, ledger, link, plans, purchases, refused, subscription};
use crate::on_both;
use crate::support::App;

/// Setting of the webhook mode, at the service's own address.
const HOOK: [(&str, &str); 1] = [("TELEGRAM_WEBHOOK_URL", "{url}/telegram/hook")];

/// Waits until Telegram knows the webhook.
async fn hooked(app: &App) {
    let is_set = app.sandbox.wait_for(|_| (!app.calls("setWebhook").is_empty()).then_some(()));
    is_set.await.expect("a setWebhook call");
}

on_both! {
    async fn a_pushed_question_is_answered_and_a_pushed_payment_is_delivered_once(app: App) with HOOK; {
        hooked(&app).await;
        let ivan = app.person("Ivan");
        app.sandbox.deliver_next_payment(UpdateDelivery::Twice);
        buy(&app, &ivan, "plan:vip").await;
        app.sandbox.deliver_next_payment(UpdateDelivery::Twice);
        buy(&app, &ivan, "pack:small").await;
        assert_eq!(plans(&app.domain, &ivan).await, "vip paid 30 d | active");
        assert_eq!(ledger(&app.domain, &ivan).await, "2500: purchase 1000, allowance 1400, welcome 100");
        assert_eq!(purchases(&app.domain, &ivan).await, "1,000 tokens 400 paid, VIP 500 paid");
        let wrong = PaymentOptions { total_amount: Some(1), ..PaymentOptions::default() };
        let pack = link(&app.domain, &ivan, "pack:small").await.unwrap();
        assert!(refused(app.sandbox.pay_with(&ivan, &pack, wrong).await).contains("price has changed"));
        assert_eq!(app.sandbox.call_count("getUpdates"), 0);
    }

    async fn a_pushed_renewal_change_and_chargeback_are_recorded(app: App) with HOOK; {
        hooked(&app).await;
        let (ivan, olga) = (app.person("Ivan"), app.person("Olga"));
        let (first, pack) = (buy(&app, &ivan, "plan:vip").await, buy(&app, &olga, "pack:small").await);
        app.clock.pass(29 * DAY);
        app.sandbox.renew_subscription(&first).expect("the renewal");
        app.settled().await;
        assert_eq!(plans(&app.domain, &ivan).await, "vip paid 31 d | active");
        app.sandbox.cancel_subscription(&first).expect("the cancellation");
        app.settled().await;
        assert_eq!(plans(&app.domain, &ivan).await, "vip paid 31 d | cancelled");
        app.sandbox.charge_back(&pack).expect("the chargeback");
        app.settled().await;
        assert_eq!(ledger(&app.domain, &olga).await, "200: allowance 100, refund -1000, purchase 1000, welcome 100");
        app.comes(&olga, "400 Stars were returned to you").await;
        assert!(subscription(&app.domain, &olga).await.is_none());
        assert_eq!(app.sandbox.call_count("getUpdates"), 0);
    }

    async fn an_upgrade_is_the_same(app: App) with HOOK; {
        hooked(&app).await;
        let ivan = app.person("Ivan");
        let first = buy(&app, &ivan, "plan:vip").await;
        app.clock.pass(20 * DAY);
        buy(&app, &ivan, "plan:elite").await;
        assert_eq!(plans(&app.domain, &ivan).await, "elite paid 32 d | active");
        cancelled_by_bot(&app, &ivan, &first).await;
    }
}
