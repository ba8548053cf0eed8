//! Delivery: each payment once, in full, and found even if its message is lost.

use neuralbox_auth::domain::billing::purchases::payments::PaymentOutcome;
use neuralbox_auth::model::accounts::account::TelegramId;
use neuralbox_auth::model::billing::product::ProductKey;
use neuralbox_auth::model::billing::purchase::{Payment, STARS_CURRENCY};
use telegram_sandbox::UpdateDelivery;

use super::{DAY, buy, caller, cancelled_by_bot, charge, ledger, link, paid, plans, purchases};
use crate::on_both;
use crate::support::App;

on_both! {
    async fn a_plan_is_delivered_once_however_often_it_is_reported(app: App) {
        let ivan = app.person("Ivan");
        app.sandbox.deliver_next_payment(UpdateDelivery::Twice);
        let id = buy(&app, &ivan, "plan:vip").await;
        assert_eq!(plans(&app.domain, &ivan).await, "vip paid 30 d | active");
        assert_eq!(ledger(&app.domain, &ivan).await, "1500: allowance 1400, welcome 100");
        assert_eq!(purchases(&app.domain, &ivan).await, "VIP 500 paid");
        let receipt = app.comes(&ivan, "You’re on VIP until").await;
        assert!(receipt.text.contains("500 Stars") && receipt.text.contains(&id), "{receipt:#?}");
        app.clock.pass(3600);
        assert_eq!(app.domain.reconcile_payments(0).await.unwrap(), 0, "the list of transactions holds no news");
        assert_eq!(purchases(&app.domain, &ivan).await, "VIP 500 paid");
    }

    async fn a_pack_adds_its_tokens_once(app: App) {
        let ivan = app.person("Ivan");
        app.sandbox.deliver_next_payment(UpdateDelivery::Twice);
        buy(&app, &ivan, "pack:small").await;
        buy(&app, &ivan, "pack:small").await;
        assert_eq!(ledger(&app.domain, &ivan).await, "2100: purchase 1000, purchase 1000, welcome 100");
        assert_eq!(plans(&app.domain, &ivan).await, "free | none");
        app.comes(&ivan, "Balance: 2,100").await;
    }

    async fn a_lost_message_is_found_in_the_list_of_transactions(app: App) {
        let (ivan, olga) = (app.person("Ivan"), app.person("Olga"));
        app.sandbox.deliver_next_payment(UpdateDelivery::Lost);
        buy(&app, &ivan, "plan:vip").await;
        buy(&app, &olga, "pack:small").await;
        assert_eq!((plans(&app.domain, &ivan).await, purchases(&app.domain, &ivan).await), ("free | none".into(), String::new()));
        app.clock.pass(3600);
        // The job of the running service may be first.
        assert!(app.domain.reconcile_payments(0).await.unwrap() <= 1);
        app.comes(&ivan, "You’re on VIP until").await;
        app.clock.pass(60);
        assert_eq!(plans(&app.domain, &ivan).await, "vip paid 29 d | active");
        assert_eq!(ledger(&app.domain, &ivan).await, "1500: allowance 1400, welcome 100");
        assert_eq!(app.domain.reconcile_payments(0).await.unwrap(), 0);
        assert_eq!(app.domain.reconcile_payments(3600).await.unwrap(), 0, "a recent run is enough");
    }

    async fn many_transactions_are_read_page_by_page(app: App) {
        let ivan = app.person("Ivan");
        let product = link(&app.domain, &ivan, "pack:small").await.unwrap();
        app.sandbox.give_stars(&ivan, 100_000);
        paid(&app, app.sandbox.pay(&ivan, &product).await).await;
        for _ in 0..104 {
            app.clock.pass(5);
            buy(&app, &ivan, "pack:small").await;
        }
        assert_eq!(app.domain.reconcile_payments(0).await.unwrap(), 0);
        app.sandbox.deliver_next_payment(UpdateDelivery::Lost);
        buy(&app, &ivan, "pack:small").await;
        assert_eq!(app.domain.reconcile_payments(0).await.unwrap(), 1);
        let caller = caller(&app.domain, &ivan).await;
        assert_eq!(caller.account().token_balance, 106 * 1000 + 100);
        let page = app.domain.purchases(&caller, None, 100).await.unwrap();
        assert_eq!((page.items.len(), page.has_more), (100, true));
        let rest = app.domain.purchases(&caller, page.resume_after().map(|it| it.id), 100).await.unwrap();
        assert_eq!((rest.items.len(), rest.has_more), (6, false));
    }

    async fn an_upgrade_takes_effect_at_once_and_credits_what_is_left(app: App) {
        let ivan = app.person("Ivan");
        let first = buy(&app, &ivan, "plan:vip").await;
        app.clock.pass(20 * DAY);
        let offer = app.domain.offers(caller(&app.domain, &ivan).await.account()).await.unwrap();
        let elite = offer.iter().find(|offer| offer.product.key() == ProductKey::Plan("elite".into())).unwrap();
        assert_eq!(elite.credit_secs, 2 * DAY, "10 days of 500 Stars are 2 of 2,500");
        buy(&app, &ivan, "plan:elite").await;
        assert_eq!(plans(&app.domain, &ivan).await, "elite paid 32 d | active");
        cancelled_by_bot(&app, &ivan, &first).await;
        app.clock.pass(10 * DAY + 1);
        assert!(app.sandbox.renew_subscription(&first).is_err(), "Telegram does not charge the old plan again");
        assert_eq!(purchases(&app.domain, &ivan).await, "Elite 2500 paid, VIP 500 paid");
    }

    async fn days_that_an_admin_gave_are_not_credited_and_follow(app: App) {
        let ivan = app.person("Ivan");
        caller(&app.domain, &ivan).await;
        app.put_on_plan_for(&ivan, "vip", Some(10)).await;
        buy(&app, &ivan, "plan:elite").await;
        assert_eq!(plans(&app.domain, &ivan).await, "elite paid 30 d, vip given 10 d | active");
        app.put_on_plan_for(&ivan, "free", None).await;
        assert_eq!(plans(&app.domain, &ivan).await, "elite paid 30 d | active", "an admin takes what was given, not what was paid");
    }

    async fn a_payment_of_another_amount_is_refunded(app: App) {
        let ivan = app.person("Ivan");
        let id = buy(&app, &ivan, "pack:small").await;
        let order = app.domain.purchases(&caller(&app.domain, &ivan).await, None, 1).await.unwrap().items.remove(0).order_id;
        let wrong = Payment {
            charge_id: charge("another"),
            payload: order.to_string(),
            payer: TelegramId::new(ivan.id).unwrap(),
            currency: STARS_CURRENCY.to_owned(),
            amount: 1,
            paid_at: app.domain.now(),
            period_until: None,
            begins_subscription: false,
        };
        let outcome = app.domain.record_payment(wrong.clone()).await.unwrap();
        assert!(matches!(outcome, PaymentOutcome::NotDelivered(_)), "{outcome:?}");
        assert_eq!(ledger(&app.domain, &ivan).await, "1100: purchase 1000, welcome 100");
        let refunds = app.calls("refundStarPayment");
        assert!(refunds.iter().all(|call| call.params["telegram_payment_charge_id"] != id), "{refunds:?}");
        let foreign = Payment { payload: "order 7 of another program".into(), charge_id: charge("foreign"), ..wrong };
        let outcome = app.domain.record_payment(foreign).await.unwrap();
        assert!(matches!(outcome, PaymentOutcome::Foreign), "{outcome:?}");
    }
}
