//! People are notified of what others did to their account, and not of what they did themselves.

use neuralbox_auth::domain::admin::access::{Admin, PersonRef};
use neuralbox_auth::model::admin_action::AdminAction;
use neuralbox_auth::model::admin_action::plan_change::{PlanTerm, TimeLeft};

use crate::support::chat::shown;
use crate::support::{App, admin, russian};
use crate::{on_both, sees};

on_both! {
    async fn a_ban_with_its_reason_and_its_end(app: App) {
        let (ada, ivan) = (admin(), app.person("Ivan"));
        app.say(&ivan, "/start").await;
        let chat = app.say(&ada, "/ban #1 spam & <fraud>").await;
        sees!(chat, @"
        Ban <b>Ivan</b> (#1)?

        Their keys stop working and their sessions end right away, and they can’t sign in. Lifting the ban brings the keys back.

        They’ll read: spam &amp; &lt;fraud&gt;
        [Confirm] [Cancel]
        ");
        app.tap(&ada, "Confirm").await;
        let told = app.comes(&ivan, "Your account is suspended").await;
        assert_eq!(shown(&told), "⛔ <b>Your account is suspended.</b> Your keys don’t work.\n\nReason: spam &amp; &lt;fraud&gt;");
        let chat = app.tap(&ada, "‹ Card").await;
        assert!(crate::support::chat::last(&chat).text.contains("suspended (Ada) — spam & <fraud>"), "{chat:#?}");
        app.say(&ada, "/unban #1").await;
        app.tap(&ada, "Confirm").await;
        app.comes(&ivan, "Your account is active again").await;
    }

    async fn a_reason_typed_after_the_question(app: App) {
        let (ada, maria) = (russian(admin()), russian(app.person("Мария")));
        app.say(&maria, "/start").await;
        app.say(&ada, "/user #1").await;
        app.tap(&ada, "⛔ Заблокировать").await;
        let chat = app.say(&ada, "рассылка спама").await;
        sees!(chat, @"
        <b>Мария</b> (#1): заблокировать аккаунт?

        Ключи сразу перестанут работать, сеансы завершатся, войти будет нельзя. После разблокировки ключи заработают снова.

        Причина для пользователя: рассылка спама
        [Подтвердить] [Отмена]
        ");
        app.tap(&ada, "Подтвердить").await;
        app.comes(&maria, "Причина: рассылка спама").await;
    }

    async fn what_the_operator_did(app: App) {
        let ivan = app.person("Ivan");
        app.say(&ivan, "/start").await;
        let (operator, who) = (Admin::operator(), PersonRef::parse("#1").unwrap());
        let term = |plan: &str| PlanTerm { plan: plan.to_owned(), days: Some(30) };
        app.domain.give_plan(&operator, &who, term("vip"), TimeLeft::Kept).await.unwrap();
        let told = app.comes(&ivan, "You’re on <b>VIP</b> until 23 Dec 2026").await;
        assert_eq!(shown(&told), "🎁 You’re on <b>VIP</b> until 23 Dec 2026.\n[🔑 My keys] [‹ Menu]");
        app.domain.grant(&operator, &who, 21, "a talk <b>").await.unwrap();
        app.comes(&ivan, "You received <b>21 tokens</b>: a talk &lt;b&gt;").await;
        app.domain.grant(&operator, &who, 1, "").await.unwrap();
        app.comes(&ivan, "You received <b>1 token</b>.").await;
        app.domain.perform_action(&operator, &who, AdminAction::Ban { reason: None }).await.unwrap();
        app.comes(&ivan, "Your account is suspended").await;
        app.domain.perform_action(&operator, &who, AdminAction::Unban).await.unwrap();
        app.comes(&ivan, "Your account is active again").await;
    }

    async fn nobody_is_notified_of_what_they_did_themselves(app: App) {
        let (ada, ivan) = (admin(), app.person("Ivan"));
        app.say(&ada, "/start").await;
        app.say(&ada, "/grant #1 7").await;
        app.tap(&ada, "Confirm").await;
        app.say(&ivan, "/start").await;
        app.say(&ada, "/grant #2 8").await;
        app.tap(&ada, "Confirm").await;
        app.comes(&ivan, "You received <b>8 tokens</b>").await;
        let chat = app.sandbox.chat(ada.id);
        assert!(chat.iter().all(|message| !message.text.starts_with("🎁 You received")), "{chat:#?}");
    }
}
