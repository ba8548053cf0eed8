//! Plans that an admin gives: extended by default, and shortened only after saying so.

use crate::support::chat::{key_in, last};
use crate::support::{App, admin, russian, verify};
use crate::{on_both, sees};

on_both! {
    async fn the_same_plan_is_extended_from_its_end(app: App) {
        let (ada, ivan) = (admin(), app.person("Ivan"));
        app.say(&ivan, "/start").await;
        app.put_on_plan_for(&ivan, "vip", Some(66)).await;
        let chat = app.say(&ada, "/plan #1 vip 30").await;
        sees!(chat, @"
        Extend <b>VIP</b> for <b>Ivan</b> (#1): 28 Jan 2027 → 27 Feb 2027?
        [Confirm] [Cancel]
        [Replace instead: until 23 Dec 2026]
        ");
        let chat = app.tap(&ada, "Confirm").await;
        sees!(chat, @"
        Ivan (#1) is now on <b>VIP</b> until 27 Feb 2027.
        [↩️ Undo] [‹ Card]
        ");
        app.comes(&ivan, "You’re on <b>VIP</b> until 27 Feb 2027").await;
        app.say(&ada, "/user #1").await;
        app.tap(&ada, "📋 Plan").await;
        let chat = app.tap(&ada, "VIP, 30 days").await;
        assert!(last(&chat).text.contains("27 Feb 2027 → 29 Mar 2027?"), "the button extends, too: {chat:#?}");
        let chat = app.say(&russian(ada), "/plan #1 vip").await;
        sees!(chat, @"
        <b>Ivan</b> (#1): продлить тариф <b>VIP</b>, 27 февраля 2027 → бессрочно?
        [Подтвердить] [Отмена]
        ");
    }

    async fn a_shorter_end_is_a_choice_of_its_own_and_names_the_loss(app: App) {
        let (ada, ivan) = (admin(), app.person("Ivan"));
        app.say(&ivan, "/start").await;
        app.put_on_plan_for(&ivan, "vip", Some(66)).await;
        app.say(&ada, "/plan #1 vip 30").await;
        let chat = app.tap(&ada, "Replace instead: until 23 Dec 2026").await;
        sees!(chat, @"
        Put <b>Ivan</b> (#1) on <b>VIP</b> until 23 Dec 2026? Current plan: VIP until 28 Jan 2027.

        ⚠️ This is shorter: <b>VIP</b> now runs until 28 Jan 2027 and would end on 23 Dec 2026, 36 days earlier.
        [Replace] [Cancel]
        ");
        let chat = app.tap(&ada, "Replace").await;
        assert_eq!(last(&chat).text, "Ivan (#1) is now on VIP until 23 Dec 2026.");
        let told = app.comes(&ivan, "plan now ends on 23 Dec 2026").await;
        assert!(told.button("⭐ Plans").is_some(), "{told:#?}");
        let chat = app.say(&ada, "/plan #1 elite 7").await;
        sees!(chat, @"
        Put <b>Ivan</b> (#1) on <b>Elite</b> until 30 Nov 2026? Current plan: VIP until 23 Dec 2026.
        [Confirm] [Cancel]
        ");
        app.tap(&ada, "Confirm").await;
        app.comes(&ivan, "You’re on <b>Elite</b> until 30 Nov 2026").await;
        app.clock.pass(8 * 86_400);
        app.domain.turn_plans().await.unwrap();
        let plan = app.signed_in(&ivan).await.get("me").await.json()["plan"].clone();
        assert_eq!(plan, "vip", "what was left of the smaller plan follows");
    }

    async fn a_smaller_plan_says_which_keys_stop(app: App) {
        let (ada, ivan) = (admin(), app.person("Ivan"));
        app.say(&ivan, "/start").await;
        app.put_on_plan_for(&ivan, "vip", Some(30)).await;
        let key = key_in(&app.say(&ivan, "/newkey laptop").await);
        app.say(&ivan, "/newkey ci").await;
        let chat = app.say(&ada, "/plan #1 free").await;
        sees!(chat, @"
        Put <b>Ivan</b> (#1) on <b>Free</b> with no end date? Current plan: VIP until 23 Dec 2026.

        ⚠️ <b>Free</b> is a smaller plan than <b>VIP</b>.
        ⚠️ <b>VIP</b> now runs until 23 Dec 2026 and would end right away, 30 days earlier.
        ⚠️ 2 keys will be paused.
        [Replace] [Cancel]
        ");
        app.tap(&ada, "Replace").await;
        assert_eq!(verify(&app, &key).await.status, 403);
        let told = app.comes(&ivan, "2 keys are paused until your plan covers them again: laptop, ci").await;
        assert!(told.text.starts_with("ℹ️ Your plan is now Free."), "{told:#?}");
    }

    async fn what_was_not_shown_is_not_taken(app: App) {
        let (ada, ivan) = (admin(), app.person("Ivan"));
        app.say(&ivan, "/start").await;
        app.say(&ada, "/plan #1 vip 30").await;
        app.put_on_plan(&ivan, "elite").await;
        let chat = app.tap(&ada, "Confirm").await;
        sees!(chat, @"
        The account has changed since I asked, so nothing was done. Check the card, then try again.

        ⚠️ <b>VIP</b> is a smaller plan than <b>Elite</b>.
        ⚠️ <b>Elite</b> has no end date now.
        [‹ Card]
        ");
        app.say(&ada, "/plan #1 vip 30").await;
        app.put_on_plan_for(&ivan, "elite", Some(300)).await;
        let chat = app.tap(&ada, "Replace").await;
        sees!(chat, @"
        The account has changed since I asked, so nothing was done. Check the card, then try again.
        [‹ Card]
        ");
        assert_eq!(app.signed_in(&ivan).await.get("me").await.json()["plan"], "elite");
    }
}
