//! The trial: once per Telegram user, and its days are not lost by a purchase.

use neuralbox_auth::domain::Refusal;
use neuralbox_auth::domain::error::{Error, PurchaseError};

use super::{DAY, buy, caller, ledger, plans};
use crate::on_both;
use crate::support::App;

const TRIAL: [(&str, &str); 1] =
    [("NEURALBOX_PLANS_FILE", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/app/support/trial_plans.toml"))];

on_both! {
    async fn it_starts_once(app: App) with TRIAL; {
        let ivan = app.person("Ivan");
        let newcomer = caller(&app.domain, &ivan).await;
        assert_eq!(app.domain.trial(&newcomer).await.unwrap().map(|trial| trial.days), Some(3));
        app.domain.start_trial(&newcomer).await.unwrap();
        assert_eq!(plans(&app.domain, &ivan).await, "vip given 3 d | none");
        assert_eq!(ledger(&app.domain, &ivan).await, "1500: allowance 1400, welcome 100");
        app.clock.pass(3 * DAY);
        let later = caller(&app.domain, &ivan).await;
        assert_eq!(plans(&app.domain, &ivan).await, "free | none");
        assert_eq!(app.domain.trial(&later).await.unwrap(), None);
        let again = app.domain.start_trial(&later).await;
        assert!(matches!(again, Err(Error::Refused(Refusal::Purchase(PurchaseError::TrialUsed)))), "{again:?}");
    }

    async fn its_days_run_on_after_the_paid_plan(app: App) with TRIAL; {
        let ivan = app.person("Ivan");
        app.domain.start_trial(&caller(&app.domain, &ivan).await).await.unwrap();
        app.clock.pass(DAY);
        buy(&app, &ivan, "plan:vip").await;
        assert_eq!(plans(&app.domain, &ivan).await, "vip paid 30 d, vip given 2 d | active");
        app.domain.cancel_subscription(&caller(&app.domain, &ivan).await).await.unwrap();
        app.clock.pass(30 * DAY - 30);
        app.domain.turn_plans().await.unwrap();
        assert_eq!(plans(&app.domain, &ivan).await, "vip given 2 d | none", "the turn is early, and nobody is without a plan");
        app.clock.pass(2 * DAY + 30);
        assert_eq!(plans(&app.domain, &ivan).await, "free | none");
    }

    async fn nobody_on_a_better_plan_is_offered_one(app: App) with TRIAL; {
        let ivan = app.person("Ivan");
        buy(&app, &ivan, "plan:elite").await;
        let caller = caller(&app.domain, &ivan).await;
        assert_eq!(app.domain.trial(&caller).await.unwrap(), None);
        assert!(app.domain.start_trial(&caller).await.is_err());
    }

    async fn without_one_in_the_plans_file_there_is_none(app: App) {
        let caller = caller(&app.domain, &app.person("Ivan")).await;
        assert_eq!(app.domain.trial(&caller).await.unwrap(), None);
        let start = app.domain.start_trial(&caller).await;
        assert!(matches!(start, Err(Error::Refused(Refusal::Purchase(PurchaseError::TrialNotOffered)))), "{start:?}");
    }
}
