//! The question before a payment: what would not be delivered in full is refused in words, and in time.

use std::time::Duration;

use neuralbox_auth::domain::Refusal;
use neuralbox_auth::domain::admin::access::{Admin, PersonRef};
use neuralbox_auth::domain::error::{Error, PurchaseError};
use neuralbox_auth::model::accounts::account::TelegramId;
use neuralbox_auth::model::admin_action::AdminAction;
use telegram_sandbox::{Fault, FaultKind, PaymentOptions, PaymentOutcome};

use super::{buy, caller, ledger, link, paid, plans, refused};
use crate::on_both;
use crate::support::{App, russian};

/// Other prices than the shipped ones.
const OTHER_PLANS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/app/support/trial_plans.toml");

on_both! {
    async fn a_price_that_changed_is_refused(app: App) {
        let ivan = app.person("Ivan");
        let (vip, pack) =
            (link(&app.domain, &ivan, "plan:vip").await.unwrap(), link(&app.domain, &ivan, "pack:small").await.unwrap());
        let large = link(&app.domain, &ivan, "pack:large").await.unwrap();
        app.service.stop().await;
        let other = app.another(&[("NEURALBOX_PLANS_FILE", OTHER_PLANS)]).await;
        assert!(refused(app.sandbox.pay(&ivan, &vip).await).contains("price has changed"));
        assert!(refused(app.sandbox.pay(&ivan, &pack).await).contains("price has changed"), "fewer tokens for the same price");
        assert!(refused(app.sandbox.pay(&ivan, &large).await).contains("no longer sold"));
        assert_eq!(app.sandbox.stars_of(&ivan), 10_000);
        assert_eq!(plans(&other.domain, &ivan).await, "free | none");
        let now = link(&other.domain, &ivan, "plan:vip").await.unwrap();
        assert_eq!(app.sandbox.open_invoice(&now).unwrap().stars, 600);
        assert!(matches!(app.sandbox.pay(&ivan, &now).await, PaymentOutcome::Paid { .. }));
        other.stop().await;
    }

    async fn another_amount_order_or_person_is_refused(app: App) {
        let (ivan, olga) = (app.person("Ivan"), app.person("Olga"));
        caller(&app.domain, &olga).await;
        let vip = link(&app.domain, &ivan, "plan:vip").await.unwrap();
        let cheap = PaymentOptions { total_amount: Some(1), ..PaymentOptions::default() };
        assert!(refused(app.sandbox.pay_with(&ivan, &vip, cheap).await).contains("price has changed"));
        for payload in ["0".repeat(32), "of another program".to_owned()] {
            let unknown = PaymentOptions { payload: Some(payload), ..PaymentOptions::default() };
            assert!(refused(app.sandbox.pay_with(&ivan, &vip, unknown).await).contains("no longer valid"));
        }
        assert!(refused(app.sandbox.pay(&olga, &vip).await).contains("belongs to another account"));
        assert!(refused(app.sandbox.pay(&app.person("Stranger"), &vip).await).contains("belongs to another account"));
        paid(&app, app.sandbox.pay(&ivan, &vip).await).await;
        assert!(refused(app.sandbox.pay(&ivan, &vip).await).contains("already been paid"));
        assert_eq!(plans(&app.domain, &ivan).await, "vip paid 30 d | active");
        assert_eq!(app.sandbox.stars_of(&ivan), 9500);
    }

    async fn an_old_invoice_is_refused_in_the_persons_language(app: App) {
        let maria = russian(app.person("Мария"));
        let vip = link(&app.domain, &maria, "plan:vip").await.unwrap();
        assert_eq!(link(&app.domain, &maria, "plan:vip").await.unwrap(), vip, "asked twice, it is one invoice");
        app.clock.pass(3601);
        assert!(refused(app.sandbox.pay(&maria, &vip).await).contains("Этот счёт устарел"));
        let again = link(&app.domain, &maria, "plan:vip").await.unwrap();
        assert_ne!(again, vip);
        paid(&app, app.sandbox.pay(&maria, &again).await).await;
    }

    async fn a_second_plan_that_is_paid_at_the_same_moment_is_refused(app: App) {
        let ivan = app.person("Ivan");
        let (vip, elite) =
            (link(&app.domain, &ivan, "plan:vip").await.unwrap(), link(&app.domain, &ivan, "plan:elite").await.unwrap());
        let first = app.sandbox.start_payment(&ivan, &vip, PaymentOptions::default()).unwrap();
        let second = app.sandbox.start_payment(&ivan, &elite, PaymentOptions::default()).unwrap();
        let outcomes = [app.sandbox.wait_for_payment(&first).await, app.sandbox.wait_for_payment(&second).await];
        app.settled().await;
        let refusals: Vec<_> = outcomes.into_iter().filter(|it| !matches!(it, PaymentOutcome::Paid { .. })).collect();
        // The first one may have been delivered before the second was asked: then the second is an ordinary upgrade or downgrade.
        for refusal in refusals {
            let words = refused(refusal);
            assert!(words.contains("being paid right now") || words.contains("or a better one"), "{words}");
        }
        assert!(plans(&app.domain, &ivan).await.ends_with(" d | active"));
    }

    async fn what_the_account_cannot_use_is_refused_before_and_at_the_payment(app: App) {
        let ivan = app.person("Ivan");
        let vip = link(&app.domain, &ivan, "plan:vip").await.unwrap();
        buy(&app, &ivan, "plan:elite").await;
        assert!(refused(app.sandbox.pay(&ivan, &vip).await).contains("or a better one"));
        for (product, why) in [("plan:vip", PurchaseError::BetterPlan), ("plan:elite", PurchaseError::AlreadySubscribed), ("plan:free", PurchaseError::NotSold), ("pack:none", PurchaseError::NotSold)] {
            let answer = link(&app.domain, &ivan, product).await;
            assert!(matches!(&answer, Err(Error::Refused(Refusal::Purchase(other))) if *other == why), "{product}: {answer:?}");
        }
        let olga = app.person("Olga");
        let pack = link(&app.domain, &olga, "pack:small").await.unwrap();
        let who = PersonRef::Telegram(TelegramId::new(olga.id).unwrap());
        app.domain.perform_action(&Admin::operator(), &who, AdminAction::Ban { reason: None }).await.unwrap();
        assert!(refused(app.sandbox.pay(&olga, &pack).await).contains("suspended"));
        app.domain.perform_action(&Admin::operator(), &who, AdminAction::Unban).await.unwrap();
        paid(&app, app.sandbox.pay(&olga, &pack).await).await;
        assert_eq!(ledger(&app.domain, &olga).await, "1100: purchase 1000, welcome 100");
    }

    async fn a_slow_chat_delays_no_payment(app: App) {
        let ivan = app.person("Ivan");
        let vip = link(&app.domain, &ivan, "plan:vip").await.unwrap();
        app.sandbox.inject_fault(Fault::once("sendMessage", FaultKind::Slow(Duration::from_secs(4))).in_chat(ivan.id).times(u32::MAX));
        for text in ["/start", "/help", "/keys"] {
            app.sandbox.say(&ivan, text);
        }
        let outcome = app.sandbox.pay(&ivan, &vip).await;
        assert!(matches!(outcome, PaymentOutcome::Paid { .. }), "{outcome:?}");
        app.sandbox.clear_faults();
        app.settled().await;
        assert_eq!(plans(&app.domain, &ivan).await, "vip paid 30 d | active");
    }

    async fn an_answer_after_ten_seconds_charges_nothing_and_the_person_is_notified(app: App) {
        let (ivan, maria) = (app.person("Ivan"), russian(app.person("Мария")));
        for person in [&ivan, &maria] {
            app.say(person, "/start").await;
        }
        let (vip, pack) =
            (link(&app.domain, &ivan, "plan:vip").await.unwrap(), link(&app.domain, &maria, "pack:small").await.unwrap());
        // The question waits at Telegram while no instance runs.
        app.service.stop().await;
        let first = app.sandbox.start_payment(&ivan, &vip, PaymentOptions::default()).unwrap();
        let second = app.sandbox.start_payment(&maria, &pack, PaymentOptions::default()).unwrap();
        app.clock.pass(11);
        let other = app.another(&[]).await;
        for query in [&first, &second] {
            let late = app.sandbox.wait_for(|sandbox| sandbox.payment_outcome(query)).await.expect("an outcome");
            assert_eq!(late, PaymentOutcome::TimedOut);
        }
        app.comes(&ivan, "Telegram stopped waiting for my answer").await;
        let told = app.comes(&maria, "Telegram не дождался моего ответа").await;
        assert!(told.button("⭐ Тарифы").is_some(), "the next step: {told:#?}");
        assert_eq!((app.sandbox.stars_of(&ivan), app.sandbox.stars_of(&maria)), (10_000, 10_000));
        assert_eq!(plans(&other.domain, &ivan).await, "free | none");
        assert_eq!(ledger(&other.domain, &maria).await, "100: welcome 100");
        assert!(matches!(app.sandbox.pay(&ivan, &vip).await, PaymentOutcome::Paid { .. }), "the invoice stays valid");
        app.comes(&ivan, "You’re on VIP until").await;
        assert_eq!(plans(&other.domain, &ivan).await, "vip paid 30 d | active");
        other.stop().await;
    }

    async fn an_unavailable_database_is_a_readable_refusal(app: App) {
        let ivan = app.person("Ivan");
        let vip = link(&app.domain, &ivan, "plan:vip").await.unwrap();
        // A bot that starts without its database asks Telegram nothing.
        app.sandbox.wait_for(|sandbox| sandbox.is_polled().then_some(())).await.expect("a bot that polls");
        app.domain.close().await;
        assert!(refused(app.sandbox.pay(&ivan, &vip).await).contains("try again in a minute"));
        assert_eq!(app.sandbox.stars_of(&ivan), 10_000);
    }

    async fn without_telegram_there_is_no_invoice(app: App) {
        let ivan = app.person("Ivan");
        caller(&app.domain, &ivan).await;
        let refusal = FaultKind::Refused { code: 400, description: "Bad Request: STARS_INVOICE_INVALID".into() };
        app.sandbox.inject_fault(Fault::once("createInvoiceLink", refusal));
        let answer = link(&app.domain, &ivan, "plan:vip").await;
        assert!(matches!(answer, Err(Error::Refused(Refusal::Purchase(PurchaseError::TelegramRefused)))), "{answer:?}");
        app.sandbox.inject_fault(Fault::once("createInvoiceLink", FaultKind::ServerError).times(2));
        let answer = link(&app.domain, &ivan, "plan:vip").await;
        assert!(matches!(answer, Err(Error::Refused(Refusal::Purchase(PurchaseError::TelegramUnavailable)))), "{answer:?}");
        link(&app.domain, &ivan, "plan:vip").await.expect("the next attempt");
    }
}
