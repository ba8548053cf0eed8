//! Plans without a price: the texts say whom to ask, and nothing has a price.

use super::{SUPPORT, UNSOLD, labels};
use crate::on_both;
use crate::sees;
use crate::support::App;
use crate::support::chat::last;

on_both! {
    async fn the_plans_name_the_contact_and_no_price(app: App) with [UNSOLD, SUPPORT]; {
        let ivan = app.chatting(app.person("Ivan"), "free").await;
        let chat = app.say(&ivan, "/plans").await;
        sees!(chat, @"
        <b>Plans</b>

        ✅ <b>Free</b> (your plan) — free
        10 requests a minute
        100 tokens a month
        No API access

        <b>VIP</b>
        600 requests a minute
        1,500 tokens a month
        API access with 1 key

        <b>Elite</b>
        6,000 requests a minute
        10,000 tokens a month
        API access with up to 50 keys

        Plans are assigned by @neuralbox_help.
        [💬 Support → https://t.me/neuralbox_help]
        [‹ Menu]
        ");
        let chat = app.say(&ivan, "/start buy_vip").await;
        assert!(last(&chat).text.contains("Plans are assigned by @neuralbox_help."), "{chat:#?}");
        assert_eq!(labels(&chat), ["💬 Support", "‹ Plans"]);
    }

    async fn so_do_refusals(app: App) with [UNSOLD, SUPPORT]; {
        let ivan = app.chatting(app.person("Ivan"), "free").await;
        let chat = app.say(&ivan, "/newkey laptop").await;
        assert!(last(&chat).text.contains("Plans are assigned by @neuralbox_help."), "{chat:#?}");
        assert!(labels(&chat).contains(&"💬 Support".to_owned()) && !format!("{chat:?}").contains("Star"), "{chat:#?}");
        app.put_on_plan(&ivan, "vip").await;
        app.say(&ivan, "/newkey one").await;
        let chat = app.say(&ivan, "/newkey two").await;
        assert!(last(&chat).text.contains("Plans are assigned by @neuralbox_help."), "{chat:#?}");
        let full = app.signed_in(&ivan).await.post("keys", serde_json::json!({"name": "two"})).await;
        let detail = "You've used the one key of your plan. Revoke it, or get a plan with more. Plans are assigned by @neuralbox_help. Compare them at";
        assert!(full.json()["detail"].as_str().is_some_and(|text| text.starts_with(detail)), "{full:?}");
    }

    async fn without_a_contact_the_operator_is_named(app: App) with [UNSOLD]; {
        let ivan = app.chatting(app.person("Ivan"), "free").await;
        let chat = app.say(&ivan, "/newkey laptop").await;
        assert!(last(&chat).text.contains("Plans are assigned by the operator of this service."), "{chat:#?}");
        app.put_on_plan(&ivan, "vip").await;
        let key = crate::support::chat::key_in(&app.say(&ivan, "/newkey laptop").await);
        app.put_on_plan(&ivan, "free").await;
        let refused = crate::support::verify(&app, &key).await;
        assert_eq!(refused.problem(), "403 Insufficient plan (insufficient_plan)");
        let detail = refused.json()["detail"].as_str().unwrap().to_owned();
        let expected = format!("API access requires a VIP or Elite plan. Yours is Free. Plans are assigned by the operator of this service. Compare them at {}/web/billing.", app.url);
        assert_eq!(detail, expected);
    }
}
