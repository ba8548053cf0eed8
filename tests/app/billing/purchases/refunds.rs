//! Refunds: by an admin, by Telegram, and once.

use neuralbox_auth::domain::Refusal;
use neuralbox_auth::domain::admin::access::{Admin, PersonRef};
use neuralbox_auth::domain::billing::purchases::refunds::RefundStatus;
use neuralbox_auth::domain::error::{Error, PurchaseError};
use neuralbox_auth::model::accounts::account::TelegramId;
use serde_json::json;
use telegram_sandbox::{Fault, FaultKind, UpdateDelivery};

use super::{DAY, buy, caller, cancelled_by_bot, charge, ledger, plans, purchases, purchases_become};
use crate::on_both;
use crate::support::gateway::{SERVICE, charged};
use crate::support::{ADMIN, App};

fn admin(app: &App) -> Admin {
    app.domain.admin(TelegramId::new(ADMIN).unwrap()).unwrap()
}

on_both! {
    async fn a_refunded_pack_takes_back_what_is_left_of_it(app: App) with SERVICE; {
        let (ivan, olga) = (app.person("Ivan"), app.person("Olga"));
        let (spent, kept) = (buy(&app, &ivan, "pack:small").await, buy(&app, &olga, "pack:small").await);
        charged(&app, 1, 900, "r1").await;
        let status = app.domain.refund(&admin(&app), &charge(&spent)).await.unwrap();
        assert!(matches!(status, RefundStatus::Refunded(_)), "{status:?}");
        assert_eq!(ledger(&app.domain, &ivan).await, "0: refund -200, charge -900, purchase 1000, welcome 100");
        assert_eq!(purchases(&app.domain, &ivan).await, "1,000 tokens 400 refunded");
        assert_eq!(app.sandbox.stars_of(&ivan), 10_000);
        app.comes(&ivan, "400 Stars were returned to you").await;
        app.domain.refund(&admin(&app), &charge(&kept)).await.unwrap();
        assert_eq!(ledger(&app.domain, &olga).await, "100: refund -1000, purchase 1000, welcome 100");
    }

    async fn a_plan_ends_at_once_with_its_subscription_and_what_was_given_follows(app: App) {
        let ivan = app.person("Ivan");
        caller(&app.domain, &ivan).await;
        app.put_on_plan_for(&ivan, "vip", Some(7)).await;
        let id = buy(&app, &ivan, "plan:elite").await;
        app.clock.pass(3 * DAY);
        app.domain.refund(&admin(&app), &charge(&id)).await.unwrap();
        assert_eq!(plans(&app.domain, &ivan).await, "vip given 7 d | none");
        cancelled_by_bot(&app, &ivan, &id).await;
        assert_eq!(purchases(&app.domain, &ivan).await, "Elite 2500 refunded");
    }

    async fn over_http_by_the_charge_of_the_receipt(app: App) {
        let (ivan, ada) = (app.person("Ivan"), crate::support::admin());
        let id = buy(&app, &ivan, "pack:small").await;
        app.greet(&ada).await;
        let mut browser = app.signed_in(&ada).await;
        let refund = |charge: &str| format!("admin/purchases/{charge}/refund");
        let long = "x".repeat(300);
        for charge in ["unknown", "%00", "%ff", "%20", long.as_str()] {
            let answer = browser.post(&refund(charge), json!({})).await;
            assert_eq!(answer.problem(), "404 Not found (purchase_not_found)", "{charge}");
        }
        app.sandbox.inject_fault(Fault::once("refundStarPayment", FaultKind::ServerError).times(2));
        let queued = browser.post(&refund(&id), json!({})).await;
        assert_eq!((queued.status, &queued.json()["state"]), (202, &json!("paid")), "{queued:?}");
        let done = browser.post(&refund(&id), json!({})).await;
        assert_eq!(done.status, 200, "{done:?}");
        let purchase = done.json();
        let read = |field: &str| purchase[field].clone();
        assert_eq!((read("title"), read("stars"), read("tokens"), read("state")), (json!("1,000 tokens"), json!(400), json!(1000), json!("refunded")));
        assert_eq!(browser.post(&refund(&id), json!({})).await.problem(), "409 Conflict (already_refunded)");
        assert_eq!(ledger(&app.domain, &ivan).await, "100: refund -1000, purchase 1000, welcome 100");
        assert_eq!(app.sandbox.stars_of(&ivan), 10_000);
        app.comes(&ivan, "400 Stars were returned to you").await;
    }

    async fn it_is_done_once(app: App) {
        let ivan = app.person("Ivan");
        let id = buy(&app, &ivan, "pack:small").await;
        app.sandbox.deliver_next_payment(UpdateDelivery::Twice);
        app.domain.refund(&admin(&app), &charge(&id)).await.unwrap();
        app.settled().await;
        let again = app.domain.refund(&admin(&app), &charge(&id)).await;
        assert!(matches!(again, Err(Error::Refused(Refusal::Purchase(PurchaseError::AlreadyRefunded)))), "{again:?}");
        let unknown = app.domain.refund(&admin(&app), &charge("unknown")).await;
        assert!(matches!(unknown, Err(Error::Refused(Refusal::Purchase(PurchaseError::PurchaseNotFound)))), "{unknown:?}");
        app.domain.reconcile_payments(0).await.unwrap();
        assert_eq!(ledger(&app.domain, &ivan).await, "100: refund -1000, purchase 1000, welcome 100");
    }

    async fn while_telegram_is_unavailable_it_waits(app: App) {
        let ivan = app.person("Ivan");
        let id = buy(&app, &ivan, "pack:small").await;
        app.sandbox.inject_fault(Fault::once("refundStarPayment", FaultKind::ServerError).times(2));
        let status = app.domain.refund(&admin(&app), &charge(&id)).await.unwrap();
        assert!(matches!(status, RefundStatus::Queued(_)), "{status:?}");
        assert_eq!(purchases(&app.domain, &ivan).await, "1,000 tokens 400 paid");
        assert_eq!(ledger(&app.domain, &ivan).await, "1100: purchase 1000, welcome 100");
        app.clock.pass(20);
        app.domain.make_payment_requests().await.unwrap();
        purchases_become(&app.domain, &ivan, "1,000 tokens 400 refunded").await;
    }

    async fn the_operator_has_no_bot_so_the_service_does_it(app: App) {
        let ivan = app.person("Ivan");
        let id = buy(&app, &ivan, "pack:small").await;
        let status = app.domain.refund(&Admin::operator(), &charge(&id)).await.unwrap();
        assert!(matches!(status, RefundStatus::Queued(_)), "{status:?}");
        app.domain.make_payment_requests().await.unwrap();
        purchases_become(&app.domain, &ivan, "1,000 tokens 400 refunded").await;
    }

    async fn one_that_telegram_made_is_treated_as_ours(app: App) {
        let (ivan, olga) = (app.person("Ivan"), app.person("Olga"));
        let (plan, pack) = (buy(&app, &ivan, "plan:vip").await, buy(&app, &olga, "pack:small").await);
        app.sandbox.deliver_next_payment(UpdateDelivery::Lost);
        app.sandbox.charge_back(&plan).unwrap();
        app.sandbox.charge_back(&pack).unwrap();
        app.settled().await;
        app.domain.reconcile_payments(0).await.unwrap();
        assert_eq!(plans(&app.domain, &ivan).await, "free | none");
        assert_eq!(ledger(&app.domain, &olga).await, "100: refund -1000, purchase 1000, welcome 100");
        assert_eq!(app.domain.reconcile_payments(0).await.unwrap(), 0);
        assert_eq!(purchases(&app.domain, &ivan).await, "VIP 500 refunded");
    }

    async fn a_period_that_is_over_leaves_nothing_to_take_back(app: App) {
        let ivan = app.person("Ivan");
        let first = buy(&app, &ivan, "plan:vip").await;
        app.clock.pass(30 * DAY);
        app.domain.turn_plans().await.unwrap();
        app.sandbox.renew_subscription(&first).expect("the renewal");
        app.settled().await;
        app.domain.refund(&admin(&app), &charge(&first)).await.unwrap();
        assert_eq!(plans(&app.domain, &ivan).await, "vip paid 30 d | active");
        assert_eq!(purchases(&app.domain, &ivan).await, "VIP 500 paid, VIP 500 refunded");
    }

    async fn an_admin_sees_everyones(app: App) {
        let (ivan, olga) = (app.person("Ivan"), app.person("Olga"));
        buy(&app, &ivan, "plan:vip").await;
        buy(&app, &olga, "pack:small").await;
        let all = app.domain.all_purchases(&admin(&app), None).await.unwrap();
        assert_eq!(all.items.iter().map(|it| it.title.as_str()).collect::<Vec<_>>(), ["1,000 tokens", "VIP"]);
        let who = PersonRef::Telegram(TelegramId::new(ivan.id).unwrap());
        let account = app.domain.find_person(&admin(&app), &who).await.unwrap().id;
        let of_ivan = app.domain.purchases_of(&admin(&app), account, None).await.unwrap();
        assert_eq!(of_ivan.items.len(), 1);
        let found = app.domain.purchase_by_id(&admin(&app), of_ivan.items[0].id).await.unwrap();
        assert_eq!(found, of_ivan.items[0]);
    }
}
