//! Broadcasts under every answer of Telegram. Nobody receives a message twice, and nobody is skipped.

use std::time::Duration;

use neuralbox_auth::domain::broadcasts::DraftChange;
use neuralbox_auth::domain::broadcasts::delivery::NextDelivery;
use neuralbox_auth::model::broadcasts::{Attachment, AttachmentKind, BroadcastState, LinkButton, RecipientCounts};
use neuralbox_auth::model::text::language::Language;
use telegram_sandbox::{Fault, FaultKind};

use super::{FAST, NEWS, ada, attempts, done, draft, edit, look, meet, people, received, start, until, words};
use crate::on_both;
use crate::support::{App, russian};

fn refused(code: u16, description: &str) -> FaultKind {
    FaultKind::Refused { code, description: description.to_owned() }
}

on_both! {
    async fn everyone_is_notified_once_in_their_language(app: App) with FAST; {
        let (ivan, maria) = (app.person("Ivan"), russian(app.person("Мария")));
        app.greet(&ivan).await;
        app.greet(&maria).await;
        let only_the_widget = app.person("Olga");
        app.browser().sign_in(&app, &only_the_widget).await;
        let id = draft(&app).await;
        edit(&app, id, DraftChange::Text(Language::Russian, Some(words("Новости <i>плана</i>")))).await;
        let button = LinkButton { text: "Look".to_owned(), url: "https://example.org/plans".to_owned() };
        edit(&app, id, DraftChange::Buttons(vec![button])).await;
        assert_eq!(start(&app, id).await, 2);
        let ended = done(&app, id).await;
        assert_eq!(ended.counts, RecipientCounts { recipients: 2, sent: 2, ..RecipientCounts::default() });
        assert!(ended.finished_at.is_some());
        let last = app.sandbox.last(ivan.id).unwrap();
        assert_eq!((last.html.as_str(), last.buttons[0][0].url()), ("Your <b>plan</b> has news", Some("https://example.org/plans")));
        assert_eq!(app.sandbox.last(maria.id).unwrap().html, "Новости <i>плана</i>");
        assert!(app.sandbox.chat(only_the_widget.id).is_empty());
    }

    async fn a_file_has_the_text_below_it(app: App) with FAST; {
        let ids = people(&app, 1).await;
        let id = draft(&app).await;
        let file = Attachment { kind: AttachmentKind::Document, file_id: "BQACAgIAAxkB".to_owned() };
        edit(&app, id, DraftChange::File(Some(file))).await;
        start(&app, id).await;
        done(&app, id).await;
        let call = app.calls("sendDocument").pop().expect("a document");
        assert_eq!(
            (&call.params["chat_id"], &call.params["document"], &call.params["caption"]),
            (&ids[0].into(), &"BQACAgIAAxkB".into(), &NEWS.into())
        );
    }

    async fn an_unreachable_person_is_left_out_until_they_return(app: App) with FAST; {
        let ids = people(&app, 7).await;
        let gone = [
            refused(403, "Forbidden: user is deactivated"),
            refused(400, "Bad Request: chat not found"),
            refused(403, "Forbidden: bot can't initiate conversation with a user"),
            refused(403, "Forbidden: a reason that nobody knows yet"),
            refused(400, "Bad Request: PEER_ID_INVALID"),
            FaultKind::Blocked,
        ];
        for (chat, kind) in ids.iter().zip(gone) {
            app.sandbox.inject_fault(Fault::once("sendMessage", kind).in_chat(*chat));
        }
        let id = draft(&app).await;
        start(&app, id).await;
        let ended = done(&app, id).await;
        assert_eq!(ended.counts, RecipientCounts { recipients: 7, sent: 1, unreachable: 6, ..RecipientCounts::default() });
        assert_eq!(received(&app, &ids), [0, 0, 0, 0, 0, 0, 1]);
        let failures = app.domain.broadcast_failures(&ada(&app), id, 0, 100).await.unwrap();
        assert_eq!(failures.iter().map(|failure| failure.chat_id).collect::<Vec<_>>(), ids[..6]);
        assert!(failures.iter().all(|failure| failure.state == "unreachable" && failure.reason.is_some()));
        let page = app.domain.broadcast_failures(&ada(&app), id, failures[3].position, 1).await.unwrap();
        assert_eq!(page, failures[4..5]);
        let next = draft(&app).await;
        assert_eq!(app.domain.count_recipients(&ada(&app), next).await.unwrap(), 1);
        meet(&app, ids[0]).await;
        assert_eq!(app.domain.count_recipients(&ada(&app), next).await.unwrap(), 2);
    }

    async fn a_chat_that_moved_is_followed_once(app: App) with FAST; {
        let (ids, moved) = (people(&app, 3).await, [3001, 3002, 3003]);
        app.sandbox.allow_chats(moved);
        app.sandbox.inject_fault(Fault::once("sendMessage", FaultKind::Moved { to: moved[0] }).in_chat(ids[0]));
        app.sandbox.inject_fault(Fault::once("sendMessage", FaultKind::Moved { to: moved[1] }).in_chat(ids[1]));
        app.sandbox.inject_fault(Fault::once("sendMessage", FaultKind::Moved { to: moved[2] }).in_chat(moved[1]));
        let id = draft(&app).await;
        start(&app, id).await;
        let ended = done(&app, id).await;
        assert_eq!(ended.counts, RecipientCounts { recipients: 3, sent: 2, failed: 1, ..RecipientCounts::default() });
        assert_eq!((received(&app, &ids), received(&app, &moved)), (vec![0, 0, 1], vec![1, 0, 0]));
        let mut tried = attempts(&app);
        tried.sort_unstable();
        assert_eq!(tried, [ids[0], ids[1], ids[2], moved[0], moved[1]]);
        let failures = app.domain.broadcast_failures(&ada(&app), id, 0, 100).await.unwrap();
        let failed: Vec<_> = failures.iter().map(|failure| (failure.chat_id, failure.state.as_str())).collect();
        assert_eq!(failed, [(moved[1], "failed")]);
        app.domain.retract_broadcast(&ada(&app), id).await.unwrap();
        until(&app, id, |broadcast| broadcast.counts.retracted == 2).await;
        assert_eq!((received(&app, &ids), received(&app, &moved)), (vec![0; 3], vec![0; 3]), "the message is deleted from the chat that received it");
    }

    async fn a_wrong_message_stops_after_a_few(app: App) with [("NEURALBOX_BROADCAST_RATE", "25")]; {
        let ids = people(&app, 60).await;
        app.sandbox.inject_fault(Fault::once("sendMessage", refused(400, "Bad Request: can't parse entities: a tag is wrong")).times(1000));
        let id = draft(&app).await;
        start(&app, id).await;
        let paused = until(&app, id, |broadcast| {
            app.clock.pass_millis(5);
            broadcast.state == BroadcastState::Paused
        }).await;
        assert!(paused.last_error.as_deref().is_some_and(|why| why.contains("can't parse entities")), "{paused:#?}");
        let tried = attempts(&app).len();
        assert!((20..=40).contains(&tried), "{tried}");
        assert_eq!(received(&app, &ids), [0; 60]);
        app.sandbox.clear_faults();
        app.domain.resume_broadcast(&ada(&app), id).await.unwrap();
        let ended = until(&app, id, |broadcast| {
            app.clock.pass_millis(5);
            broadcast.state == BroadcastState::Done
        }).await;
        assert_eq!((ended.counts.sent + ended.counts.failed, ended.last_error), (60, None));
    }

    async fn a_refusal_for_now_holds_everything_back(app: App) with FAST; {
        let ids = people(&app, 3).await;
        app.sandbox.inject_fault(Fault::once("sendMessage", FaultKind::TooManyRequests { retry_after: 7 }).in_chat(ids[0]));
        let id = draft(&app).await;
        start(&app, id).await;
        let held = until(&app, id, |broadcast| broadcast.flood_wait.is_some() && broadcast.counts.pending() > 0).await.flood_wait.unwrap();
        assert_eq!(held.why, "Telegram asks to wait 7 s");
        let tried = attempts(&app).len();
        app.clock.pass(6);
        assert!(matches!(app.domain.lease_recipients().await.unwrap(), NextDelivery::Wait(left) if left <= Duration::from_secs(1)));
        assert_eq!(attempts(&app).len(), tried, "nobody is tried during the flood wait");
        app.clock.pass(2);
        let ended = done(&app, id).await;
        assert_eq!((received(&app, &ids), ended.counts.sent), (vec![1, 1, 1], 3));
    }

    async fn a_refusal_for_now_may_not_say_how_long(app: App) with FAST; {
        let ids = people(&app, 2).await;
        app.sandbox.inject_fault(Fault::once("sendMessage", refused(429, "Too Many Requests: retry later")).in_chat(ids[1]));
        let id = draft(&app).await;
        start(&app, id).await;
        until(&app, id, |broadcast| broadcast.flood_wait.is_some()).await;
        app.clock.pass(2);
        done(&app, id).await;
        assert_eq!(received(&app, &ids), [1, 1]);
    }

    async fn what_nobody_knows_is_never_repeated(app: App) with FAST; {
        let ids = people(&app, 6).await;
        let doubtful = [FaultKind::InternalError, FaultKind::ServerError, FaultKind::ResetBefore, FaultKind::ResetAfter];
        for (chat, kind) in ids.iter().zip(doubtful) {
            app.sandbox.inject_fault(Fault::once("sendMessage", kind).in_chat(*chat));
        }
        app.sandbox.inject_fault(Fault::once("sendMessage", FaultKind::Slow(Duration::from_millis(300))).in_chat(ids[4]));
        let id = draft(&app).await;
        start(&app, id).await;
        let ended = until(&app, id, |broadcast| {
            app.clock.pass_millis(5);
            broadcast.state == BroadcastState::Done
        }).await;
        assert_eq!(ended.counts, RecipientCounts { recipients: 6, sent: 2, uncertain: 4, ..RecipientCounts::default() });
        assert_eq!(received(&app, &ids), [0, 0, 0, 1, 1, 1]);
        let mut tried = attempts(&app);
        tried.sort_unstable();
        assert_eq!(tried, ids, "each recipient was tried once");
    }

    async fn a_refused_token_loses_nobody(app: App) with FAST; {
        let ids = people(&app, 3).await;
        app.sandbox.inject_fault(Fault::once("sendMessage", refused(401, "Unauthorized")).times(3));
        let id = draft(&app).await;
        start(&app, id).await;
        let held = until(&app, id, |broadcast| broadcast.flood_wait.is_some()).await.flood_wait.unwrap();
        assert_eq!(held.why, "Telegram refuses the bot's token");
        app.sandbox.clear_faults();
        // A call in flight may be refused later, and prolongs the pause.
        until(&app, id, |broadcast| {
            app.clock.pass(1);
            broadcast.state == BroadcastState::Done
        }).await;
        assert_eq!(received(&app, &ids), [1, 1, 1]);
    }

    async fn two_broadcasts_do_not_meet_in_a_chat_within_a_second(app: App) with FAST; {
        let ids = people(&app, 2).await;
        let (first, second) = (draft(&app).await, draft(&app).await);
        start(&app, first).await;
        start(&app, second).await;
        done(&app, first).await;
        until(&app, second, |broadcast| broadcast.state == BroadcastState::Sending).await;
        for _ in 0..50 {
            assert_eq!(look(&app, second).await.counts.sent, 0);
        }
        assert_eq!(received(&app, &ids), [1, 1]);
        app.clock.pass(2);
        done(&app, second).await;
        assert_eq!(received(&app, &ids), [2, 2]);
    }
}

/// Telegram refuses connections: all recipients stay pending.
mod while_telegram_is_away {
    use super::*;

    on_both! {
        async fn nobody_is_lost(app: App) with [("NEURALBOX_BROADCAST_RATE", "1000000"), ("TELEGRAM_API_URL", "http://127.0.0.1:1")]; {
            let ids = people(&app, 4).await;
            let id = draft(&app).await;
            start(&app, id).await;
            let held = until(&app, id, |broadcast| broadcast.flood_wait.is_some()).await;
            assert!(held.flood_wait.unwrap().why.contains("no connection"));
            assert_eq!(held.counts, RecipientCounts { recipients: 4, ..RecipientCounts::default() });
            let service = app.another(&FAST).await;
            app.service.stop().await;
            let mut left = 100_000;
            while service.domain.broadcast(&ada(&app), id).await.unwrap().state != BroadcastState::Done {
                app.clock.pass_millis(5);
                left -= 1;
                assert!(left > 0);
                tokio::task::yield_now().await;
            }
            assert_eq!(received(&app, &ids), [1; 4]);
            service.stop().await;
        }
    }
}
