//! Merge of two accounts of one person.

use neuralbox_auth::domain::admin::access::{Admin, PersonRef};
use neuralbox_auth::model::accounts::account::TelegramId;
use neuralbox_auth::model::admin_action::AdminAction;
use serde_json::{Value, json};
use telegram_sandbox::Person;

use crate::on_both;
use crate::support::gateway::{SERVICE, charged};
use crate::support::{App, Browser, at_once, verify};

const DAY: i64 = 86_400;
const OVER: &str = "400 Merge is over (merge_offer_expired)";

/// Creates a person on `plan` with keys of these names.
async fn someone(app: &App, name: &str, plan: &str, keys: &[&str]) -> (Person, Browser, Vec<String>) {
    let person = app.person_on(name, plan).await;
    let mut browser = app.signed_in(&person).await;
    let mut made = Vec::new();
    for name in keys {
        let answer = browser.post("keys", json!({ "name": name })).await.json();
        made.push(answer["key"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned());
    }
    (person, browser, made)
}

/// Proves ownership of the other account; returns the merge offer.
async fn offered(app: &App, browser: &mut Browser, other: &Person) -> Value {
    let answer = browser.post("identities/telegram", app.widget_of(other)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let merge = answer.json()["merge"].clone();
    assert!(merge.is_object(), "{answer:?}");
    merge
}

fn path(offer: &Value) -> String {
    format!("merges/{}", offer["id"].as_str().unwrap())
}

async fn take(browser: &mut Browser, offer: &Value) -> String {
    let answer = browser.post(&path(offer), json!({})).await;
    if answer.status == 200 { "merged".to_owned() } else { answer.problem() }
}

async fn names(browser: &mut Browser) -> Vec<String> {
    let keys = browser.get("keys").await.json();
    keys["keys"].as_array().unwrap().iter().map(|key| key["name"].as_str().unwrap().to_owned()).collect()
}

async fn sum(browser: &mut Browser) -> i64 {
    let entries = browser.get("usage?limit=100").await.json();
    entries["entries"].as_array().unwrap().iter().map(|entry| entry["tokens"].as_i64().unwrap()).sum()
}

on_both! {
    async fn everything_of_the_other_account_goes_to_this_one(app: App) with SERVICE; {
        let (ivan, mut here, mut keys) = someone(&app, "Ivan", "vip", &["laptop", "server"]).await;
        let (olga, mut there, more) = someone(&app, "Olga", "elite", &["laptop", "phone"]).await;
        keys.extend(more);
        assert_eq!(charged(&app, 2, 40, "before").await.split(' ').next(), Some("charged"));
        let (mine, theirs) = (here.get("me").await.json(), there.get("me").await.json());

        let offer = offered(&app, &mut here, &olga).await;
        assert_eq!((&offer["stays"]["id"], &offer["goes"]["id"]), (&json!(1), &json!(2)), "{offer}");
        assert_eq!((&offer["stays"]["keys"], &offer["goes"]["keys"]), (&json!(2), &json!(2)));
        assert_eq!(offer["goes"]["identities"][0]["subject"], olga.id.to_string());
        assert_eq!((&offer["becomes"]["plan"], &offer["becomes"]["plan_until"]), (&json!("elite"), &Value::Null));
        assert_eq!((&mine["token_balance"], &theirs["token_balance"]), (&json!(1500), &json!(9960)));
        let both = 1500;
        assert_eq!(offer["becomes"]["forfeited_tokens"], 9960, "free tokens do not move");
        assert_eq!(offer["becomes"]["token_balance"], both);
        assert_eq!(here.get(&path(&offer)).await.json(), offer);
        assert_eq!(there.get("me").await.status, 200, "nothing is merged before the confirmation");

        assert_eq!(take(&mut here, &offer).await, "merged");
        let me = here.get("me").await.json();
        assert_eq!((&me["plan"], &me["token_balance"], me["identities"].as_array().unwrap().len()), (&json!("elite"), &json!(both), 2));
        assert_eq!(names(&mut here).await, ["laptop", "server", "laptop (2)", "phone"]);
        assert_eq!(sum(&mut here).await, both, "the balance is the sum of both histories");
        for key in &keys {
            let answer = verify(&app, key).await;
            assert_eq!((answer.status, answer.header("x-neuralbox-user-id"), answer.header("x-neuralbox-plan")), (200, "1", "elite"), "{answer:?}");
        }
        assert_eq!(there.get("me").await.problem(), "401 Invalid or expired token (session_ended)");
        assert_eq!(there.refresh().await.status, 401);
        for person in [&ivan, &olga] {
            assert_eq!(app.browser().sign_in(&app, person).await.json()["user"]["id"], 1);
        }
        let again = charged(&app, 1, 40, "before").await;
        assert_eq!(again, format!("already_charged {both}"), "the charge of the merged account is known");
    }

    async fn an_offer_is_taken_once_by_whom_it_was_made_to_in_its_time(app: App) {
        let (_, mut here, _) = someone(&app, "Ivan", "vip", &[]).await;
        let (olga, mut there, _) = someone(&app, "Olga", "free", &[]).await;
        let offer = offered(&app, &mut here, &olga).await;
        for stranger in [&mut there, &mut app.signed_in(&app.person("Eve")).await] {
            for answer in [stranger.get(&path(&offer)).await, stranger.post(&path(&offer), json!({})).await, stranger.delete(&path(&offer)).await] {
                assert_eq!(answer.problem(), "404 Not found (merge_not_found)");
            }
        }
        for id in ["0", "-1", "x", "99", "%00"] {
            assert_eq!(here.post(&format!("merges/{id}"), json!({})).await.problem(), "404 Not found (merge_not_found)");
        }
        app.clock.pass(600);
        assert_eq!(take(&mut here, &offer).await, OVER, "the offer expires after ten minutes");
        let offer = offered(&app, &mut here, &olga).await;
        assert_eq!(here.delete(&path(&offer)).await.status, 204);
        assert_eq!(here.delete(&path(&offer)).await.status, 204, "declining again has no effect");
        assert_eq!(take(&mut here, &offer).await, OVER);
        let offer = offered(&app, &mut here, &olga).await;
        let taps = (0..6).map(|_| {
            let (mut browser, offer) = (here.clone(), offer.clone());
            async move { take(&mut browser, &offer).await }
        });
        let outcomes = at_once(taps).await;
        assert_eq!(outcomes.iter().filter(|outcome| *outcome == "merged").count(), 1, "{outcomes:?}");
        assert!(outcomes.iter().all(|outcome| outcome == "merged" || outcome == OVER), "{outcomes:?}");
    }

    async fn an_account_is_not_merged_with_itself_nor_with_one_that_is_closed(app: App) {
        let (ivan, mut here, _) = someone(&app, "Ivan", "vip", &[]).await;
        let answer = here.post("identities/telegram", app.widget_of(&ivan)).await.json();
        assert_eq!(answer["merge"], Value::Null);
        let (olga, _, _) = someone(&app, "Olga", "vip", &[]).await;
        let offer = offered(&app, &mut here, &olga).await;
        let who = PersonRef::Telegram(TelegramId::new(olga.id).unwrap());
        app.domain.perform_action(&Admin::operator(), &who, AdminAction::Ban { reason: None }).await.unwrap();
        assert_ne!(take(&mut here, &offer).await, "merged", "a merge does not evade a ban");
        let answer = here.post("identities/telegram", app.widget_of(&olga)).await;
        assert_eq!(answer.problem(), "409 Conflict (other_account_closed)");
        let (mila, mut there, _) = someone(&app, "Mila", "vip", &[]).await;
        assert_eq!(there.delete("me").await.status, 202);
        let answer = here.post("identities/telegram", app.widget_of(&mila)).await;
        assert_eq!(answer.problem(), "409 Conflict (other_account_closed)");
    }

    async fn an_identity_unlinked_since_proves_nothing(app: App) {
        let (_, mut here, _) = someone(&app, "Ivan", "vip", &[]).await;
        let (olga, mut there, _) = someone(&app, "Olga", "vip", &[]).await;
        there.post("identities/telegram", app.widget_of(&app.person("Other"))).await;
        let offer = offered(&app, &mut here, &olga).await;
        assert_eq!(there.delete(&format!("identities/telegram/{}", olga.id)).await.status, 204);
        assert_eq!(take(&mut here, &offer).await, OVER);
    }

    async fn the_same_plan_stays_until_its_later_end_and_a_better_one_until_its_own(app: App) {
        for (one, other, stays) in [
            (("vip", Some(10)), ("vip", Some(40)), ("vip", Some(40))),
            (("vip", Some(40)), ("vip", Some(10)), ("vip", Some(40))),
            (("vip", None), ("vip", Some(40)), ("vip", None)),
            (("vip", None), ("elite", Some(3)), ("elite", Some(3))),
            (("elite", Some(3)), ("vip", None), ("elite", Some(3))),
            (("free", None), ("vip", Some(5)), ("vip", Some(5))),
        ] {
            let (ivan, olga) = (app.person("Ivan"), app.person("Olga"));
            let mut here = app.signed_in(&ivan).await;
            app.signed_in(&olga).await;
            app.put_on_plan_for(&ivan, one.0, one.1).await;
            app.put_on_plan_for(&olga, other.0, other.1).await;
            let now = app.clock.unix();
            let offer = offered(&app, &mut here, &olga).await;
            assert_eq!(take(&mut here, &offer).await, "merged");
            assert_eq!(here.get("me").await.json()["plan"], stays.0);
            let until = offer["becomes"]["plan_until"].as_str().map(ToOwned::to_owned);
            let expected = stays.1.map(|days| neuralbox_auth::model::time::Moment(now + i64::from(days) * DAY).to_string());
            assert_eq!(until.as_deref().map(|at: &str| at[..10].to_owned()), expected.map(|at: String| at[..10].to_owned()));
        }
    }

    async fn the_month_is_not_paid_twice(app: App) {
        let (_, mut here, _) = someone(&app, "Ivan", "vip", &[]).await;
        let (olga, _, _) = someone(&app, "Olga", "vip", &[]).await;
        while app.domain.pay_allowances().await.unwrap() == neuralbox_auth::domain::billing::allowance::Remaining::Maybe {}
        let offer = offered(&app, &mut here, &olga).await;
        let both = offer["becomes"]["token_balance"].as_i64().unwrap();
        assert_eq!((take(&mut here, &offer).await.as_str(), both), ("merged", 1500));
        while app.domain.pay_allowances().await.unwrap() == neuralbox_auth::domain::billing::allowance::Remaining::Maybe {}
        assert_eq!(here.get("me").await.json()["token_balance"], both);
        app.clock.pass(31 * DAY);
        while app.domain.pay_allowances().await.unwrap() == neuralbox_auth::domain::billing::allowance::Remaining::Maybe {}
        let mut here = app.signed_in(&olga).await;
        let me = here.get("me").await.json();
        assert_eq!(me["token_balance"], both + 1500, "one account gets one allowance");
        assert_eq!(sum(&mut here).await, both + 1500);
    }

    async fn charges_of_the_number_that_is_gone_are_of_the_one_that_stays(app: App) with SERVICE; {
        let (_, mut here, _) = someone(&app, "Ivan", "vip", &[]).await;
        let (olga, _, _) = someone(&app, "Olga", "vip", &[]).await;
        let offer = offered(&app, &mut here, &olga).await;
        assert_eq!(take(&mut here, &offer).await, "merged");
        let charge = json!({"user_id": 2, "tokens": 100, "request_id": "late"});
        let answer = crate::support::gateway::charge(&app, &charge).await.json();
        assert_eq!((&answer["status"], &answer["user_id"], &answer["token_balance"]), (&json!("charged"), &json!(1), &json!(1400)), "{answer}");
        let answer = crate::support::gateway::charge(&app, &charge).await.json();
        assert_eq!((&answer["status"], &answer["token_balance"]), (&json!("already_charged"), &json!(1400)), "{answer}");
        assert_eq!(sum(&mut here).await, 1400);
    }

    async fn the_number_that_is_gone_is_nobodys(app: App) {
        let (_, mut here, _) = someone(&app, "Ivan", "vip", &[]).await;
        let (olga, _, _) = someone(&app, "Olga", "vip", &[]).await;
        let offer = offered(&app, &mut here, &olga).await;
        take(&mut here, &offer).await;
        let gone = PersonRef::parse("#2").unwrap();
        assert!(app.domain.set_plan(&Admin::operator(), &gone, "elite", None).await.is_err());
        let stats = app.domain.stats(&Admin::operator()).await.unwrap();
        assert_eq!(stats.today.accounts, 1);
        app.person_on("Next", "vip").await;
        assert!(app.domain.set_plan(&Admin::operator(), &gone, "elite", None).await.is_err(), "account numbers are never reused");
    }
}
