//! Segments: the count is exact, and exactly the people counted receive the message.

use neuralbox_auth::domain::admin::access::{Admin, PersonRef};
use neuralbox_auth::domain::broadcasts::DraftChange;
use neuralbox_auth::model::accounts::account::TelegramId;
use neuralbox_auth::model::accounts::identity::TelegramProfile;
use neuralbox_auth::model::admin_action::AdminAction;
use neuralbox_auth::model::broadcasts::Segment;
use neuralbox_auth::model::notices::category::{Category, CategorySwitch};
use neuralbox_auth::model::notices::reachability::Reachability;
use neuralbox_auth::model::text::language::Language;

use super::{FAST, ada, done, draft, edit, look, meet, people, received, start, words};
use crate::on_both;
use crate::support::{App, russian};

fn who(id: i64) -> PersonRef {
    PersonRef::Telegram(TelegramId::new(id).unwrap())
}

/// Creates seven people: 1 vip, 2 elite, 3 vip for five days, 4 vip that has ended, 5 Russian chosen, 6 inactive for
/// forty days, 7 free and active.
async fn seven(app: &App) -> Vec<i64> {
    meet(app, 2006).await;
    app.clock.pass(40 * 86_400);
    let ids = people(app, 5).await;
    let operator = Admin::operator();
    let plan = async |id: i64, plan: &str, days: Option<u32>| {
        app.domain.set_plan(&operator, &who(id), plan, days).await.expect("setting the plan");
    };
    plan(ids[3], "vip", Some(1)).await;
    app.clock.pass(2 * 86_400);
    plan(ids[0], "vip", None).await;
    plan(ids[1], "elite", None).await;
    plan(ids[2], "vip", Some(5)).await;
    let profile = TelegramProfile::new(TelegramId::new(ids[4]).unwrap(), Some("Ivan"), None, None);
    let caller = app.domain.find_or_create_account(&profile).await.unwrap();
    app.domain.update_profile(&caller, None, Some("ru")).await.unwrap();
    meet(app, 2007).await;
    [ids, vec![2006, 2007]].concat()
}

/// Returns the positions, from 1, of the people that a segment reaches.
async fn reached(app: &App, seven: &[i64], segment: Segment) -> Vec<usize> {
    let before = received(app, seven);
    let id = draft(app).await;
    edit(app, id, DraftChange::Segment(segment)).await;
    let count = app.domain.count_recipients(&ada(app), id).await.unwrap();
    if count > 0 {
        assert_eq!(start(app, id).await, count);
        assert_eq!(done(app, id).await.counts.sent, count, "as many as counted");
    }
    app.clock.pass(2);
    let after = received(app, seven);
    let reached: Vec<usize> =
        (0..seven.len()).filter(|index| after[*index] > before[*index]).map(|index| index + 1).collect();
    assert_eq!(i64::try_from(reached.len()).unwrap(), count);
    reached
}

/// Reads a segment as it is typed.
async fn typed(app: &App, text: &str) -> Segment {
    let typed = text.parse().expect(text);
    app.domain.resolve_segment(&ada(app), typed).await.expect("people to look for").expect(text)
}

on_both! {
    async fn combined_conditions_reach_exactly_their_people(app: App) with FAST; {
        let seven = seven(&app).await;
        let (second, fourth, sixth) = (seven[1], seven[3], seven[5]);
        let ten = format!(
            "plans:free,vip and not plans:elite and not plans:basic and language:en and not language:ru and active_within:100 \
             and not active_within:1 and not plan_ends:6 and balance_under:1000000000 and not people:{fourth}"
        );
        let table = [
            ("language:en and not plans:vip".to_owned(), vec![2, 4, 6, 7]),
            ("plans:free except active_within:10".to_owned(), vec![6]),
            ("not plan_ends:6".to_owned(), vec![1, 2, 4, 5, 6, 7]),
            ("not (plans:vip and plan_ends:6)".to_owned(), vec![1, 2, 4, 5, 6, 7]),
            ("not not plans:elite".to_owned(), vec![2]),
            ("everyone except (plans:free and language:en)".to_owned(), vec![1, 2, 3, 5]),
            ("not (not plans:elite and not language:ru)".to_owned(), vec![2, 5]),
            ("plans:vip and not plans:vip".to_owned(), vec![]),
            ("not everyone".to_owned(), vec![]),
            (format!("people:{second},{sixth} and not active_within:10"), vec![6]),
            (format!("not people:{second}"), vec![1, 3, 4, 5, 6, 7]),
            (ten, vec![1, 6]),
        ];
        for (text, expected) in table {
            assert_eq!(reached(&app, &seven, typed(&app, &text).await).await, expected, "{text}");
        }
    }

    async fn readers_without_a_text_are_counted(app: App) with FAST; {
        seven(&app).await;
        let id = draft(&app).await;
        edit(&app, id, DraftChange::Segment(typed(&app, "plans:free").await)).await;
        let of = async |app: &App| app.domain.audience(&ada(app), &look(app, id).await).await.unwrap();
        let audience = of(&app).await;
        assert_eq!(audience.recipients, 4);
        let readers: Vec<_> = audience.without_text.iter().map(|readers| (readers.language, readers.count)).collect();
        assert_eq!(readers, [(Language::Russian, 1)]);
        edit(&app, id, DraftChange::Text(Language::Russian, Some(words("Новости")))).await;
        assert!(of(&app).await.without_text.is_empty());
        edit(&app, id, DraftChange::Text(Language::English, None)).await;
        assert_eq!(of(&app).await.without_text.iter().map(|readers| readers.count).sum::<i64>(), 3);
    }

    async fn each_segment_reaches_its_people(app: App) with FAST; {
        let seven = seven(&app).await;
        let plans = |plans: &[&str]| Segment::Plans { plans: plans.iter().map(|plan| (*plan).to_owned()).collect() };
        let table = [
            (Segment::Everyone, vec![1, 2, 3, 4, 5, 6, 7]),
            (plans(&["vip"]), vec![1, 3]),
            (plans(&["elite", "vip"]), vec![1, 2, 3]),
            (plans(&["free"]), vec![4, 5, 6, 7]),
            (plans(&["basic"]), vec![]),
            (Segment::PlanEnds { days: 4 }, vec![]),
            (Segment::PlanEnds { days: 6 }, vec![3]),
            (Segment::Language { language: Language::Russian }, vec![5]),
            (Segment::Language { language: Language::English }, vec![1, 2, 3, 4, 6, 7]),
            (Segment::ActiveWithin { days: 1 }, vec![5, 7]),
            (Segment::ActiveWithin { days: 10 }, vec![1, 2, 3, 4, 5, 7]),
            (Segment::BalanceUnder { tokens: 1 }, vec![]),
            (Segment::BalanceUnder { tokens: 1_000_000_000 }, vec![1, 2, 3, 4, 5, 6, 7]),
            (Segment::People { ids: vec![seven[1], seven[5], 99_999] }, vec![2, 6]),
        ];
        for (segment, expected) in table {
            assert_eq!(reached(&app, &seven, segment.clone()).await, expected, "{segment:?}");
        }
    }

    async fn people_who_are_unreachable_or_opted_out_are_not_counted(app: App) with FAST; {
        let seven = seven(&app).await;
        app.domain.perform_action(&Admin::operator(), &who(seven[0]), AdminAction::Ban { reason: None }).await.unwrap();
        app.domain.record_reachability(TelegramId::new(seven[1]).unwrap(), Reachability::Unreachable).await.unwrap();
        let profile = TelegramProfile::new(TelegramId::new(seven[2]).unwrap(), Some("Ivan"), None, None);
        let caller = app.domain.find_or_create_account(&profile).await.unwrap();
        app.domain.switch_category(&caller, CategorySwitch::Off(Category::ProductNews)).await.unwrap();
        app.browser().sign_in(&app, &app.person("Olga")).await;
        let count = async |category| app.domain.count_segment(&ada(&app), &Segment::Everyone, category).await.unwrap();
        assert_eq!(count(Category::ProductNews).await, 4);
        assert_eq!(count(Category::Service).await, 5, "the service category cannot be switched off");
        let maria = russian(app.person("Мария"));
        app.greet(&maria).await;
        let russians = Segment::Language { language: Language::Russian };
        let russians = app.domain.count_segment(&ada(&app), &russians, Category::Service).await.unwrap();
        assert_eq!(russians, 2, "by chosen language and by Telegram's language");
        app.greet(&crate::support::admin()).await;
        assert_eq!(count(Category::Service).await, 7, "admins receive broadcasts too");
    }
}
