//! Monthly allowance: the plan's tokens of a calendar month.

use neuralbox_auth::domain::Domain;
use neuralbox_auth::domain::billing::allowance::Remaining;
use neuralbox_auth::model::accounts::account::TelegramId;
use neuralbox_auth::model::accounts::identity::TelegramProfile;
use serde_json::Value;
use telegram_sandbox::Person;

use crate::on_both;
use crate::support::gateway::{SERVICE, charged};
use crate::support::{App, Browser, at_once};

const DAY: i64 = 86_400;

/// Runs the job until all allowances are paid.
async fn pay(domain: &Domain) {
    while domain.pay_allowances().await.expect("the allowance job") == Remaining::Maybe {}
}

/// Returns the balance and the ledger, newest first.
async fn ledger(browser: &mut Browser) -> String {
    browser.refresh().await;
    let entries = browser.get("usage").await.json()["entries"].as_array().unwrap().clone();
    let line = |entry: &Value| format!("{} {}", entry["reason"].as_str().unwrap(), entry["tokens"]);
    let balance = browser.get("me").await.json()["token_balance"].clone();
    format!("{balance}: {}", entries.iter().map(line).collect::<Vec<_>>().join(", "))
}

on_both! {
    async fn once_a_month_and_the_first_months_is_the_welcome(app: App) {
        let mut ivan = app.signed_in(&app.person("Ivan")).await;
        pay(&app.domain).await;
        assert_eq!(ledger(&mut ivan).await, "100: welcome 100");
        app.clock.pass(7 * DAY);
        pay(&app.domain).await;
        assert_eq!(ledger(&mut ivan).await, "100: welcome 100", "30 November");
        app.clock.pass(DAY);
        for _ in 0..3 {
            pay(&app.domain).await;
        }
        assert_eq!(ledger(&mut ivan).await, "200: allowance 100, welcome 100", "1 December");
        app.clock.pass(29 * DAY);
        pay(&app.domain).await;
        assert_eq!(ledger(&mut ivan).await, "200: allowance 100, welcome 100", "30 December");
        app.clock.pass(2 * DAY);
        pay(&app.domain).await;
        assert_eq!(ledger(&mut ivan).await, "300: allowance 100, allowance 100, welcome 100", "1 January");
    }

    async fn a_better_plan_adds_the_difference_at_once_and_once(app: App) {
        let person = app.person("Ivan");
        let mut ivan = app.signed_in(&person).await;
        app.put_on_plan(&person, "vip").await;
        assert_eq!(ledger(&mut ivan).await, "1500: allowance 1400, welcome 100");
        for plan in ["free", "vip", "basic", "vip"] {
            app.put_on_plan(&person, plan).await;
            pay(&app.domain).await;
        }
        assert_eq!(ledger(&mut ivan).await, "1500: allowance 1400, welcome 100", "switching back gains nothing");
        app.put_on_plan(&person, "elite").await;
        assert_eq!(ledger(&mut ivan).await, "10000: allowance 8500, allowance 1400, welcome 100");
        app.put_on_plan(&person, "vip").await;
        app.clock.pass(8 * DAY);
        app.put_on_plan(&person, "elite").await;
        pay(&app.domain).await;
        assert_eq!(
            ledger(&mut ivan).await,
            "20000: allowance 10000, allowance 8500, allowance 1400, welcome 100",
            "in a new month, the plan change or the job pays, whichever comes first"
        );
    }

    async fn a_plan_that_ended_gives_what_the_base_plan_gives(app: App) {
        let person = app.person("Ivan");
        let mut ivan = app.signed_in(&person).await;
        app.put_on_plan_for(&person, "vip", Some(5)).await;
        app.clock.pass(8 * DAY);
        pay(&app.domain).await;
        assert_eq!(ledger(&mut ivan).await, "1600: allowance 100, allowance 1400, welcome 100");
    }

    async fn missed_months_are_neither_paid_later_nor_summed(app: App) {
        let person = app.person("Ivan");
        app.greet(&person).await;
        app.clock.pass(100 * DAY);
        pay(&app.domain).await;
        let mut ivan = app.signed_in(&person).await;
        assert_eq!(ledger(&mut ivan).await, "200: allowance 100, welcome 100", "from November to March");
    }

    async fn a_new_month_counts_from_its_first_second_before_the_job_runs(app: App) with SERVICE; {
        let (mut ivan, mut olga) = (app.signed_in(&app.person("Ivan")).await, app.signed_in(&app.person("Olga")).await);
        app.clock.pass(app.domain.seconds_to_next_month() - 1);
        assert_eq!(charged(&app, 1, 150, "before").await, "402 Insufficient balance (insufficient_balance)");
        app.clock.pass(1);
        assert_eq!(charged(&app, 1, 150, "turn").await, "charged 50", "due tokens count for the charge that needs them");
        assert_eq!(charged(&app, 1, 60, "more").await, "402 Insufficient balance (insufficient_balance)", "once");
        pay(&app.domain).await;
        assert_eq!(ledger(&mut ivan).await, "50: charge -150, allowance 100, welcome 100");
        assert_eq!(ledger(&mut olga).await, "200: allowance 100, welcome 100");
    }

    async fn a_new_month_is_shown_before_the_job_runs(app: App) {
        let ivan = app.person("Ivan");
        let mut browser = app.signed_in(&ivan).await;
        app.clock.pass(app.domain.seconds_to_next_month());
        assert_eq!(ledger(&mut browser).await, "200: allowance 100, welcome 100", "booked once, and listed");
        let olga = app.person("Olga");
        app.greet(&olga).await;
        app.clock.pass(app.domain.seconds_to_next_month());
        let chat = app.say(&olga, "/profile").await;
        assert!(format!("{:?}", chat.last()).contains("200"), "{chat:?}");
        let signed_in = app.browser().sign_in(&app, &ivan).await.json();
        let mut again = app.signed_in(&ivan).await;
        assert_eq!(again.get("me").await.json()["token_balance"], 300, "{signed_in}");
        pay(&app.domain).await;
        assert_eq!(again.get("me").await.json()["token_balance"], 300);
    }

    async fn several_instances_pay_everyone_once(app: App) {
        let people: Vec<_> = (0..230).map(|number| app.person(&format!("Person{number}"))).collect();
        for person in &people {
            app.domain.find_or_create_account(&profile(person)).await.unwrap();
        }
        app.clock.pass(8 * DAY);
        let other = app.another(&[("TELEGRAM_WEBHOOK_URL", "http://localhost/telegram")]).await;
        let domains = [app.domain.clone(), other.domain.clone(), app.domain.clone(), other.domain.clone()];
        at_once(domains.map(|domain| async move { pay(&domain).await })).await;
        for person in &people {
            let me = app.domain.find_or_create_account(&profile(person)).await.unwrap();
            assert_eq!(me.account().token_balance, 200, "{}", person.id);
        }
        other.stop().await;
    }
}

fn profile(person: &Person) -> TelegramProfile {
    TelegramProfile::new(TelegramId::new(person.id).unwrap(), Some(&person.first_name), None, None)
}
