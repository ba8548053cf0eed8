//! Dates in chat: each reader sees them by the clock of their own device.

use telegram_sandbox::{Fault, FaultKind, Person};

use crate::bot::billing::pay;
use crate::on_both;
use crate::support::chat::last;
use crate::support::{App, admin, russian};

on_both! {
    async fn a_date_is_an_entity_with_the_day_as_text(app: App) {
        let ivan = app.person("Ivan");
        app.greet(&ivan).await;
        app.put_on_plan_for(&ivan, "vip", Some(30)).await;
        let until = app.clock.unix() + 30 * 86_400;
        let chat = app.say(&ivan, "/profile").await;
        let date = format!("Until <tg-time unix=\"{until}\" format=\"D\">23 Dec 2026</tg-time>");
        assert!(last(&chat).html.contains(&date), "{chat:#?}");
        assert!(last(&chat).text.contains("Until 23 Dec 2026"), "apps that cannot show dates show the text: {chat:#?}");
    }

    async fn a_server_that_knows_no_dates_gets_the_text(app: App) {
        let ivan = app.person("Ivan");
        app.greet(&ivan).await;
        app.put_on_plan_for(&ivan, "vip", Some(30)).await;
        let description = "Bad Request: can't parse entities: Unsupported start tag \"tg-time\" at byte offset 61";
        let refusal = || FaultKind::Refused { code: 400, description: description.to_owned() };
        app.sandbox.inject_fault(Fault::once("sendMessage", refusal()).in_chat(ivan.id));
        let chat = app.say(&ivan, "/profile").await;
        assert!(last(&chat).html.contains("Until 23 Dec 2026"), "{chat:#?}");
        app.tap(&ivan, "‹ Menu").await;
        app.sandbox.inject_fault(Fault::once("editMessageText", refusal()).in_chat(ivan.id));
        let chat = app.tap(&ivan, "👤 Profile").await;
        assert!(last(&chat).html.contains("Until 23 Dec 2026"), "{chat:#?}");
    }

    async fn a_broadcast_is_planned_by_the_clock_of_the_admin(app: App) {
        let ada = admin();
        app.greet(&ada).await;
        east(&app, &ada, "🌙 Quiet hours").await;
        app.say(&ada, "/broadcast").await;
        app.say(&ada, "Hi").await;
        let chat = app.tap(&ada, "🕒 When").await;
        assert!(last(&chat).text.contains("It’s 24 Nov 2026, 00:00 UTC+12 now."), "{chat:#?}");
        let chat = app.say(&ada, "2026-12-01 18:00").await;
        assert!(last(&chat).text.contains("When: 2 Dec 2026, 06:00 UTC+12"), "{chat:#?}");
        app.tap(&ada, "👁 Preview and send").await;
        let chat = app.say(&ada, "1").await;
        assert!(last(&chat).text.contains("Starts: 2 Dec 2026, 06:00 UTC+12"), "{chat:#?}");
        app.clock.pass(8 * 86_400 + 6 * 3600);
        // The job that edits the card knows the clock, too.
        app.comes(&ada, "Started 2 Dec 2026, 06:0").await;
    }

    async fn a_receipt_has_the_day_of_the_payer(app: App) {
        let maria = app.chatting(russian(app.person("Мария")), "free").await;
        east(&app, &maria, "🌙 Тихие часы").await;
        app.say(&maria, "/start buy_vip").await;
        let receipt = pay(&app, &maria, "У вас тариф VIP до").await;
        assert!(receipt.text.contains("VIP до 24 декабря 2026"), "it ends at noon in London, at midnight here: {receipt:#?}");
        let chat = app.say(&maria, "/plans").await;
        assert!(last(&chat).text.contains("24 декабря 2026"), "{chat:#?}");
    }
}

/// Moves a person's clock twelve hours to the east.
async fn east(app: &App, person: &Person, quiet_hours: &str) {
    app.say(person, "/notify").await;
    app.tap(person, quiet_hours).await;
    for _ in 0..12 {
        app.tap(person, "+1:00").await;
    }
}
