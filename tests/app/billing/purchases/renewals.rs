//! Renewals: they extend, fail with days of grace, end and resume, each shown only after Telegram agreed.

use neuralbox_auth::domain::Refusal;
use neuralbox_auth::domain::error::{Error, PurchaseError};
use telegram_sandbox::{Fault, FaultKind, PaymentOutcome, UpdateDelivery};

use super::{DAY, buy, caller, cancelled_by_bot, ledger, link, plans, purchases, subscription};
use crate::on_both;
use crate::support::App;

on_both! {
    async fn a_renewal_extends_the_plan_once(app: App) {
        let ivan = app.person("Ivan");
        let first = buy(&app, &ivan, "plan:vip").await;
        app.clock.pass(30 * DAY);
        app.domain.turn_plans().await.unwrap();
        assert_eq!(plans(&app.domain, &ivan).await, "vip paid 3 d | active", "the renewal may be on its way");
        app.sandbox.deliver_next_payment(UpdateDelivery::Twice);
        app.sandbox.renew_subscription(&first).expect("the renewal");
        app.settled().await;
        assert_eq!(plans(&app.domain, &ivan).await, "vip paid 30 d | active");
        assert_eq!(purchases(&app.domain, &ivan).await, "VIP 500 paid, VIP 500 paid");
        assert_eq!(subscription(&app.domain, &ivan).await.unwrap().overdue_since, None);
        app.clock.pass(30 * DAY);
        app.domain.turn_plans().await.unwrap();
        assert_eq!(plans(&app.domain, &ivan).await, "vip paid 3 d | active", "each period has its own grace");
        app.comes(&ivan, "VIP was renewed until").await;
    }

    async fn a_late_renewal_counts_from_the_payment(app: App) {
        let ivan = app.person("Ivan");
        let first = buy(&app, &ivan, "plan:vip").await;
        app.clock.pass(30 * DAY);
        app.domain.turn_plans().await.unwrap();
        app.clock.pass(2 * DAY);
        app.sandbox.renew_subscription(&first).expect("the renewal");
        app.settled().await;
        assert_eq!(plans(&app.domain, &ivan).await, "vip paid 30 d | active");
    }

    async fn after_a_failed_renewal_the_plan_lives_on_for_three_days(app: App) {
        let ivan = app.person("Ivan");
        let first = buy(&app, &ivan, "plan:vip").await;
        app.clock.pass(30 * DAY - 10);
        app.sandbox.fail_renewal(&first).expect("the failure");
        app.settled().await;
        app.domain.turn_plans().await.unwrap();
        assert_eq!(plans(&app.domain, &ivan).await, "vip paid 3 d | failed");
        app.comes(&ivan, "Telegram couldn’t renew VIP").await;
        app.clock.pass(3 * DAY + 10);
        app.domain.turn_plans().await.unwrap();
        assert_eq!(plans(&app.domain, &ivan).await, "free | none");
        assert_eq!(purchases(&app.domain, &ivan).await, "VIP 500 paid");
        buy(&app, &ivan, "plan:vip").await;
        assert_eq!(plans(&app.domain, &ivan).await, "vip paid 30 d | active", "the plan can be bought again");
    }

    async fn days_of_grace_are_no_credit(app: App) {
        let ivan = app.person("Ivan");
        buy(&app, &ivan, "plan:vip").await;
        app.clock.pass(30 * DAY);
        app.domain.turn_plans().await.unwrap();
        assert_eq!(plans(&app.domain, &ivan).await, "vip paid 3 d | active");
        buy(&app, &ivan, "plan:elite").await;
        assert_eq!(plans(&app.domain, &ivan).await, "elite paid 30 d | active");
    }

    async fn a_refused_cancel_changes_nothing(app: App) {
        let ivan = app.person("Ivan");
        buy(&app, &ivan, "plan:vip").await;
        let caller = caller(&app.domain, &ivan).await;
        let refusal = FaultKind::Refused { code: 400, description: "Bad Request: CHARGE_ID_INVALID".into() };
        app.sandbox.inject_fault(Fault::once("editUserStarSubscription", refusal));
        let answer = app.domain.cancel_subscription(&caller).await;
        assert!(matches!(answer, Err(Error::Refused(Refusal::Purchase(PurchaseError::TelegramRefused)))), "{answer:?}");
        assert_eq!(plans(&app.domain, &ivan).await, "vip paid 30 d | active");
        app.sandbox.inject_fault(Fault::once("editUserStarSubscription", FaultKind::ServerError).times(2));
        let answer = app.domain.cancel_subscription(&caller).await;
        assert!(matches!(answer, Err(Error::Refused(Refusal::Purchase(PurchaseError::TelegramUnavailable)))), "{answer:?}");
        assert_eq!(plans(&app.domain, &ivan).await, "vip paid 30 d | active");
    }

    async fn cancelled_in_chat_it_ends_with_the_paid_time(app: App) {
        let ivan = app.person("Ivan");
        let first = buy(&app, &ivan, "plan:vip").await;
        let caller = caller(&app.domain, &ivan).await;
        app.domain.cancel_subscription(&caller).await.unwrap();
        assert_eq!(plans(&app.domain, &ivan).await, "vip paid 30 d | cancelled");
        assert!(app.sandbox.subscriptions_of(&ivan)[0].canceled_by_bot);
        app.domain.resume_subscription(&caller).await.unwrap();
        assert_eq!(plans(&app.domain, &ivan).await, "vip paid 30 d | resumable", "only the person can resume it in Telegram");
        app.sandbox.resume_subscription(&first).unwrap();
        app.settled().await;
        assert_eq!(plans(&app.domain, &ivan).await, "vip paid 30 d | active");
        app.sandbox.cancel_subscription(&first).unwrap();
        app.settled().await;
        assert_eq!(plans(&app.domain, &ivan).await, "vip paid 30 d | cancelled", "cancelled in Telegram");
        app.clock.pass(30 * DAY);
        app.domain.turn_plans().await.unwrap();
        assert_eq!(plans(&app.domain, &ivan).await, "free | none", "no grace");
        let answer = app.domain.cancel_subscription(&caller).await;
        assert!(matches!(answer, Err(Error::Refused(Refusal::Purchase(PurchaseError::NoSubscription)))), "{answer:?}");
    }

    async fn of_two_subscriptions_each_payment_counts_and_one_renews(app: App) {
        let ivan = app.person("Ivan");
        let first = buy(&app, &ivan, "plan:vip").await;
        let refusal = FaultKind::Refused { code: 400, description: "Bad Request: CHARGE_ID_INVALID".into() };
        app.sandbox.inject_fault(Fault::once("editUserStarSubscription", refusal));
        app.clock.pass(DAY);
        let second = buy(&app, &ivan, "plan:elite").await;
        app.domain.make_payment_requests().await.unwrap();
        let is_asked = |sandbox: &telegram_sandbox::Sandbox| {
            sandbox.calls().iter().any(|call| call.method == "editUserStarSubscription").then_some(())
        };
        app.sandbox.wait_for(is_asked).await.expect("the call that Telegram refuses");
        let before = plans(&app.domain, &ivan).await;
        assert_eq!(before, "elite paid 35 d | active", "29 days of 500 Stars are 5.8 of 2,500");
        app.clock.pass(29 * DAY);
        let outcome = app.sandbox.renew_subscription(&first);
        assert!(outcome.is_ok(), "Telegram refused to cancel, so it charged again: {outcome:?}");
        app.settled().await;
        assert_eq!(plans(&app.domain, &ivan).await, "elite paid 6 d, vip paid 30 d | active", "what was paid is delivered");
        // The renewal is cancelled again.
        cancelled_by_bot(&app, &ivan, &first).await;
        app.clock.pass(DAY);
        app.sandbox.renew_subscription(&second).expect("the renewal");
        app.settled().await;
        assert_eq!(plans(&app.domain, &ivan).await, "elite paid 35 d, vip paid 30 d | active");
    }

    async fn the_balance_does_not_shrink_when_a_plan_ends(app: App) {
        let ivan = app.person("Ivan");
        buy(&app, &ivan, "plan:vip").await;
        assert_eq!(ledger(&app.domain, &ivan).await, "1500: allowance 1400, welcome 100");
        app.domain.cancel_subscription(&caller(&app.domain, &ivan).await).await.unwrap();
        app.clock.pass(31 * DAY);
        app.domain.turn_plans().await.unwrap();
        assert_eq!(ledger(&app.domain, &ivan).await, "1600: allowance 100, allowance 1400, welcome 100");
    }

    async fn a_cancelled_plan_can_be_bought_again(app: App) {
        let ivan = app.person("Ivan");
        buy(&app, &ivan, "plan:vip").await;
        app.domain.cancel_subscription(&caller(&app.domain, &ivan).await).await.unwrap();
        let again = link(&app.domain, &ivan, "plan:vip").await.unwrap();
        assert!(matches!(app.sandbox.pay(&ivan, &again).await, PaymentOutcome::Paid { .. }));
        app.settled().await;
        assert_eq!(plans(&app.domain, &ivan).await, "vip paid 60 d | active");
    }
}
