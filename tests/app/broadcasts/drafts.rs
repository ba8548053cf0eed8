//! Drafts: idempotent creation, changes checked against the revision, validation by field.

use neuralbox_auth::domain::admin::access::Admin;
use neuralbox_auth::domain::broadcasts::DraftChange;
use neuralbox_auth::domain::error::BroadcastError;
use neuralbox_auth::domain::{Error, Refusal};
use neuralbox_auth::model::broadcasts::{Attachment, AttachmentKind, BroadcastState, LinkButton, Segment};
use neuralbox_auth::model::notices::category::Category;
use neuralbox_auth::model::text::language::Language;
use neuralbox_auth::model::time::Clock;

use super::{FAST, ada, done, draft, edit, look, people, start, words};
use crate::on_both;
use crate::support::{App, at_once};

on_both! {
    async fn the_same_request_is_the_same_draft(app: App) {
        let admin = ada(&app);
        let first = app.domain.draft_broadcast(&admin, Some("update:7")).await.unwrap();
        assert_eq!((first.state, first.author.map(neuralbox_auth::model::accounts::account::TelegramId::get)), (BroadcastState::Draft, Some(crate::support::ADMIN)));
        let again = app.domain.draft_broadcast(&admin, Some("update:7")).await.unwrap();
        let of_the_operator = app.domain.draft_broadcast(&Admin::operator(), Some("update:7")).await.unwrap();
        assert_eq!(first.id, again.id);
        assert!(of_the_operator.id != first.id && of_the_operator.author.is_none());
    }

    async fn changes_by_two_are_both_stored(app: App) {
        let id = draft(&app).await;
        let changes = [
            DraftChange::Text(Language::Russian, Some(words("Новости"))),
            DraftChange::Paid(true),
            DraftChange::Segment(Segment::ActiveWithin { days: 7 }),
            DraftChange::Category(Category::Service),
        ];
        let edits = changes.into_iter().map(|change| {
            let (domain, admin) = (app.domain.clone(), ada(&app));
            async move { domain.edit_broadcast(&admin, id, &[change], None).await.is_ok() }
        });
        assert_eq!(at_once(edits).await, [true; 4]);
        let after = look(&app, id).await;
        assert_eq!((after.content.texts.len(), after.paid, after.category), (2, true, Category::Service));
        assert_eq!((after.segment, after.revision), (Segment::ActiveWithin { days: 7 }, 5));
        let refused = app.domain.edit_broadcast(&ada(&app), id, &[DraftChange::Paid(false)], Some(4)).await;
        assert!(matches!(refused, Err(Error::Refused(Refusal::Broadcast(BroadcastError::Changed)))), "{refused:?}");
    }

    async fn faults_are_reported_field_by_field(app: App) {
        let id = draft(&app).await;
        let button = |text: &str, url: &str| LinkButton { text: text.to_owned(), url: url.to_owned() };
        let wrong = [
            (DraftChange::Buttons(vec![button("Look", "javascript:alert(1)")]), "buttons"),
            (DraftChange::Buttons(vec![button(" ", "https://example.org")]), "buttons"),
            (DraftChange::Buttons(vec![button("Look", "https://example.org"); 4]), "buttons"),
            (DraftChange::File(Some(Attachment { kind: AttachmentKind::Photo, file_id: String::new() })), "file"),
            (DraftChange::Category(Category::SignIn), "category"),
            (DraftChange::Segment(Segment::Plans { plans: vec!["platinum".to_owned()] }), "segment"),
            (DraftChange::Segment(Segment::Plans { plans: Vec::new() }), "segment"),
            (DraftChange::Segment(Segment::PlanEnds { days: 0 }), "segment"),
            (DraftChange::Segment(Segment::People { ids: vec![-5] }), "segment"),
            (DraftChange::StartAt(Some(app.clock.now())), "start_at"),
        ];
        for (change, field) in wrong {
            let refused = app.domain.edit_broadcast(&ada(&app), id, std::slice::from_ref(&change), None).await;
            let Err(Error::Refused(Refusal::Invalid(faults))) = refused else { panic!("{change:?}: {refused:?}") };
            assert!(faults[0].field.starts_with(field), "{change:?}: {faults:?}");
        }
        assert_eq!(look(&app, id).await.revision, 1, "a rejected change stores nothing");
    }

    async fn what_goes_out_cannot_be_changed(app: App) with FAST; {
        people(&app, 1).await;
        let id = draft(&app).await;
        start(&app, id).await;
        done(&app, id).await;
        let refused = app.domain.edit_broadcast(&ada(&app), id, &[DraftChange::Paid(true)], None).await;
        assert!(matches!(refused, Err(Error::Refused(Refusal::Broadcast(BroadcastError::State(BroadcastState::Done))))), "{refused:?}");
    }

    async fn they_are_listed_page_by_page(app: App) {
        let mut ids = Vec::new();
        for _ in 0..5 {
            ids.insert(0, draft(&app).await);
        }
        edit(&app, ids[0], DraftChange::Paid(true)).await;
        let first = app.domain.broadcasts(&ada(&app), None, 3).await.unwrap();
        let rest = app.domain.broadcasts(&ada(&app), Some(first[2].id), 3).await.unwrap();
        assert_eq!(first.iter().chain(&rest).map(|broadcast| broadcast.id).collect::<Vec<_>>(), ids);
        let nowhere = neuralbox_auth::model::broadcasts::BroadcastId(99);
        let refused = app.domain.broadcast(&ada(&app), nowhere).await;
        assert!(matches!(refused, Err(Error::Refused(Refusal::Broadcast(BroadcastError::NotFound)))));
    }
}
