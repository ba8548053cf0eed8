//! Sign-ins and refreshes that share a commit. The results equal those of separate commits, with few statements.
//!
//! The runtime has one thread, so the writer runs only after a whole list is queued. That determines the batches.

use std::collections::BTreeSet;

use futures::future::join_all;
use neuralbox_auth::model::accounts::account::{Account, TelegramId};
use neuralbox_auth::model::accounts::activity::SignInMethod;
use neuralbox_auth::model::accounts::identity::TelegramProfile;
use neuralbox_auth::model::crypto::rng::SystemRng;
use neuralbox_auth::model::session::{RefreshChain, RefreshSecret, RefreshToken, RequestSource, SessionId};
use neuralbox_auth::model::time::Moment;
use neuralbox_auth::store::accounts::account_creation::SignUpGrant;
use neuralbox_auth::store::accounts::telegram_accounts::FindOrCreateAccount;
use neuralbox_auth::store::sessions::refresh::{RefreshOutcome, RefreshSession};
use neuralbox_auth::store::sessions::sessions::EndSession;
use neuralbox_auth::store::sign_in::proof_signature::ProofSignature;
use neuralbox_auth::store::sign_in::telegram_login::{SignInOutcome, SignInTelegram};
use neuralbox_auth::store::{Store, StoreError};
use neuralbox_auth::telemetry;

use crate::support::Database;

/// Runs each test on both databases.
macro_rules! on_both_stores {
    ($( async fn $name:ident($store:ident: &Store) $body:block )+) => {$(
        mod $name {
            use super::*;

            async fn test($store: &Store) $body

            #[tokio::test]
            async fn sqlite() {
                let place = Database::Sqlite.make().await;
                let store = Store::open(place.url()).await.unwrap();
                test(&store).await;
                store.close().await;
                place.clear().await;
            }

            #[tokio::test]
            async fn postgres() {
                let place = Database::Postgres.make().await;
                let store = Store::open(place.url()).await.unwrap();
                test(&store).await;
                store.close().await;
                place.clear().await;
            }
        }
    )+};
}

on_both_stores! {
    async fn newcomers_and_known_people_and_used_payloads_side_by_side(store: &Store) {
        let known = together(store, (1..=20).map(|id| sign_in(id, "Old", None, id))).await;
        let works = (1..=60).map(|id| match id {
            1..=10 => sign_in(id, "Old", None, 100 + id), // known
            11..=15 => sign_in(id, "New", Some(&format!("name_{id}")), 100 + id), // renamed
            16..=20 => sign_in(id, "Old", None, id), // payload already used
            21..=40 => sign_in(id, "Same", None, 100 + id), // new, with equal names
            _ => sign_in(41, "Twice", None, 141 + id % 10), // one new person, ten payloads, each sent twice
        });
        let outcomes = together(store, works).await;
        let is_used = |outcome: &&SignInOutcome| matches!(outcome, SignInOutcome::Used);
        assert_eq!(outcomes[15..20].iter().filter(is_used).count(), 5, "{outcomes:?}");
        assert_eq!(outcomes[40..].iter().filter(is_used).count(), 10, "each of the ten payloads is used once");
        assert_eq!(outcomes.iter().filter(is_used).count(), 15, "{outcomes:?}");
        let begun: Vec<_> = known.into_iter().chain(outcomes).filter_map(begun).collect();
        let sessions: BTreeSet<i64> = begun.iter().map(|(_, session)| session.0).collect();
        assert_eq!(sessions.len(), 20 + 15 + 20 + 10, "sessions are distinct");
        for (account, session) in &begun {
            let (_, owner) = store.session(*session).await.unwrap().unwrap();
            assert_eq!((owner.id, owner.token_balance), (account.id, 100), "{session}");
        }
        let mut accounts = BTreeSet::new();
        for id in 1..=41 {
            let account = store.account_of_telegram(TelegramId::new(id).unwrap()).await.unwrap().unwrap();
            let name = match id { 11..=15 => "New", 1..=20 => "Old", 21..=40 => "Same", _ => "Twice" };
            assert_eq!(account.name, name, "{id}");
            let [way] = store.identities(account.id).await.unwrap().try_into().unwrap();
            assert_eq!(way.subject, id.to_string());
            assert_eq!(way.label, (11..=15).contains(&id).then(|| format!("name_{id}")));
            accounts.insert(account.id);
        }
        assert_eq!(accounts.len(), 41);
        assert_eq!(begun.iter().map(|(account, _)| account.id).collect::<BTreeSet<_>>(), accounts);
    }

    async fn a_username_that_changes_owners_in_a_batch_ends_with_the_last_one(store: &Store) {
        together(store, [sign_in(5, "Known", Some("Rare"), 5)]).await;
        // Processed in the order of ids: 1 and 3 are new, 5 held the name, 7 is new.
        let works = [sign_in(1, "A", Some("rare"), 1), sign_in(3, "B", Some("RARE"), 3), sign_in(7, "C", Some("other"), 7)];
        together(store, works).await;
        assert_eq!(labels(store, &[1, 3, 5, 7]).await, [None, Some("RARE".to_owned()), None, Some("other".to_owned())]);
        let works = [sign_in(5, "Known", Some("rare"), 50), sign_in(9, "D", Some("rare"), 9)];
        together(store, works).await;
        let holders = labels(store, &[1, 3, 5, 7, 9]).await.into_iter().filter(|label| label.as_deref() == Some("rare"));
        assert_eq!(holders.count(), 1, "only one person holds a name");
    }

    async fn a_person_whose_name_changes_twice_in_a_batch_has_the_later_one(store: &Store) {
        let works = [sign_in(1, "First", None, 1), sign_in(1, "Second", Some("second"), 2), sign_in(1, "First", None, 3)];
        let names: Vec<String> = together(store, works).await.into_iter().filter_map(begun).map(|(account, _)| account.name).collect();
        assert_eq!(names, ["First", "Second", "First"]);
        assert_eq!(labels(store, &[1]).await, [None]);
    }

    async fn a_panicking_sign_in_spoils_no_other(store: &Store) {
        // A negative balance violates a constraint of the table.
        let works: Vec<SignInTelegram> = (1..=50).map(|id| {
            let good = sign_in(id, "Good", None, id);
            if id == 25 { SignInTelegram { person: FindOrCreateAccount { welcome: SignUpGrant { tokens: -1, ..good.person.welcome.clone() }, ..good.person.clone() }, ..good } } else { good }
        }).collect();
        let outcomes = join_all(works.into_iter().map(|work| store.write(work))).await;
        for (outcome, id) in outcomes.iter().zip(1..) {
            match outcome {
                Ok(SignInOutcome::Begun(..)) if id != 25 => {}
                Err(StoreError::Database(_)) if id == 25 => {}
                other => panic!("{id}: {other:?}"),
            }
        }
        assert!(store.account_of_telegram(TelegramId::new(25).unwrap()).await.unwrap().is_none(), "nothing is stored");
        let again = begun(store.write(sign_in(25, "Good", None, 25)).await.unwrap()).expect("an unused payload");
        assert_eq!(again.0.token_balance, 100);
    }

    async fn sessions_that_cannot_be_told_apart_are_begun_one_by_one(store: &Store) {
        let secret = RefreshSecret::new(&SystemRng);
        let works = (1..=10).map(|id| SignInTelegram { secret, ..sign_in(id, "Twin", None, id) });
        for (account, session) in together(store, works).await.into_iter().filter_map(begun) {
            assert_eq!(store.session(session).await.unwrap().unwrap().1.id, account.id);
            assert_eq!(store.sessions(account.id).await.unwrap().len(), 1);
        }
    }

    async fn refreshes_of_every_kind_side_by_side(store: &Store) {
        let tokens = sessions(store, 40).await;
        let first = refresh_all(store, &tokens, 10).await.into_iter().map(on).collect::<Vec<_>>();
        let second = refresh_all(store, &first, 20).await.into_iter().map(on).collect::<Vec<_>>();
        let account = store.session(second[39].session).await.unwrap().unwrap().1.id;
        store.write(EndSession { account, session: second[39].session, now: Moment(20) }).await.unwrap();
        let made_up = RefreshToken { secret: RefreshSecret::new(&SystemRng), ..second[38] };
        let nowhere = RefreshToken { session: SessionId(4242), ..second[0] };
        let mut asked = second[..10].to_vec(); // current
        asked.extend(&first[10..20]); // one step behind
        asked.extend(&tokens[20..30]); // reused: two steps behind, after the grace period
        asked.extend([made_up, nowhere, second[39]]);
        let outcomes = refresh_all(store, &asked, 40).await;
        for (index, outcome) in outcomes.iter().enumerate() {
            match (index, outcome) {
                (0..10, RefreshOutcome::On(_, next)) => assert_eq!(next.generation, 3),
                (10..20, RefreshOutcome::On(_, next)) => assert_eq!(next.reveal(), second[index].reveal()),
                (20..30, RefreshOutcome::Replayed(_)) | (30 | 31, RefreshOutcome::Refused) | (32, RefreshOutcome::Over) => {}
                other => panic!("{other:?}"),
            }
        }
        for token in &second {
            let (session, account) = store.session(token.session).await.unwrap().unwrap();
            let index = second.iter().position(|other| other.session == token.session).unwrap();
            assert_eq!(session.refresh_generation, if index < 10 { 3 } else { 2 });
            assert_eq!(session.ended_at.is_some(), (20..30).contains(&index) || index == 39, "{index}");
            assert_eq!(session.account_id, account.id);
        }
    }

    async fn one_token_sixty_four_times_rotates_once(store: &Store) {
        let tokens = sessions(store, 2).await;
        let asked: Vec<RefreshToken> = (0..64).map(|index| tokens[usize::from(index % 8 == 0)]).collect();
        let outcomes = refresh_all(store, &asked, 10).await;
        let next: BTreeSet<String> = outcomes.into_iter().map(|outcome| on(outcome).reveal()).collect();
        assert_eq!(next.len(), 2);
        assert!(tokens.iter().all(|token| next.contains(&succession().next(token).reveal())));
    }

    async fn of_one_replay_sixty_four_times_one_ends_the_session(store: &Store) {
        let tokens = sessions(store, 1).await;
        let first = on(refresh_all(store, &tokens, 10).await.remove(0));
        let second = on(refresh_all(store, &[first], 20).await.remove(0));
        let mut asked = vec![tokens[0]; 63];
        asked.push(second);
        let outcomes = refresh_all(store, &asked, 40).await;
        assert!(matches!(outcomes[0], RefreshOutcome::Replayed(_)), "{outcomes:?}");
        assert!(outcomes[1..].iter().all(|outcome| matches!(outcome, RefreshOutcome::Over)), "{outcomes:?}");
    }

    async fn a_hundred_writes_take_a_few_statements(store: &Store) {
        let metrics = telemetry::metrics::install_recorder().unwrap();
        let statements = || count(&metrics.render());
        let of = |payload| (1..=100).map(move |id| sign_in(id, "New", Some(&format!("name_{id}")), payload + id));
        let before = statements();
        together(store, of(0)).await;
        let newcomers = statements() - before;
        together(store, of(100)).await;
        let known = statements() - before - newcomers;
        let tokens = sessions(store, 100).await;
        let before = statements();
        refresh_all(store, &tokens, 10).await;
        assert_eq!((newcomers, known, statements() - before), (9, 4, 2), "including one statement for activity, and one for new sources");
    }
}

/// Queues all sign-ins before the writer runs.
async fn together(store: &Store, works: impl IntoIterator<Item = SignInTelegram>) -> Vec<SignInOutcome> {
    let outcomes = join_all(works.into_iter().map(|work| store.write(work))).await;
    outcomes.into_iter().map(Result::unwrap).collect()
}

/// Queues all refreshes at the time `now` before the writer runs.
async fn refresh_all(store: &Store, tokens: &[RefreshToken], now: i64) -> Vec<RefreshOutcome> {
    let source = || RequestSource { device: "test".to_owned(), network: "192.0.2.0/24".to_owned() };
    let works = tokens.iter().map(|token| RefreshSession {
        token: *token,
        refresh_chain: succession(),
        source: source(),
        now: Moment(now),
    });
    let outcomes = join_all(works.map(|work| store.write(work))).await;
    outcomes.into_iter().map(Result::unwrap).collect()
}

/// Begins `number` sessions of different people; returns their first tokens.
async fn sessions(store: &Store, number: i64) -> Vec<RefreshToken> {
    let works: Vec<SignInTelegram> = (1001..=1000 + number).map(|id| sign_in(id, "Holder", None, id)).collect();
    let secrets: Vec<RefreshSecret> = works.iter().map(|work| work.secret).collect();
    let begun = together(store, works).await.into_iter().filter_map(begun);
    begun.zip(secrets).map(|((_, session), secret)| RefreshToken { session, generation: 0, secret }).collect()
}

fn sign_in(id: i64, name: &str, username: Option<&str>, payload: i64) -> SignInTelegram {
    let profile = TelegramProfile::new(TelegramId::new(id).unwrap(), Some(name), None, username);
    let welcome = SignUpGrant { plan: "free".to_owned(), tokens: 100, now: Moment(0) };
    let person = FindOrCreateAccount { profile, welcome };
    let source = RequestSource { device: "a \"quoted\" device".to_owned(), network: "192.0.2.0/24".to_owned() };
    let proof = ProofSignature { bytes: payload.to_be_bytes().repeat(4), forget_at: Moment(1000) };
    SignInTelegram { person, proof, method: SignInMethod::Widget, source, secret: RefreshSecret::new(&SystemRng) }
}

fn succession() -> RefreshChain {
    RefreshChain::new(b"a server secret of thirty-two by").unwrap()
}

fn begun(outcome: SignInOutcome) -> Option<(Account, SessionId)> {
    match outcome {
        SignInOutcome::Begun(account, session) => Some((account, session)),
        SignInOutcome::Used | SignInOutcome::Banned | SignInOutcome::Disabled | SignInOutcome::Unproven => None,
    }
}

fn on(outcome: RefreshOutcome) -> RefreshToken {
    match outcome {
        RefreshOutcome::On(_, token) => token,
        other => panic!("{other:?}"),
    }
}

/// Returns the stored Telegram username of each person.
async fn labels(store: &Store, ids: &[i64]) -> Vec<Option<String>> {
    let mut labels = Vec::new();
    for id in ids {
        let account = store.account_of_telegram(TelegramId::new(*id).unwrap()).await.unwrap().unwrap();
        let [way] = store.identities(account.id).await.unwrap().try_into().unwrap();
        labels.push(way.label);
    }
    labels
}

/// Number of statements executed so far.
fn count(metrics: &str) -> u64 {
    let lines = metrics.lines().filter_map(|line| line.strip_prefix("neuralbox_db_statement_duration_seconds_count"));
    lines.map(|line| line.rsplit(' ').next().unwrap().parse::<u64>().unwrap()).sum()
}
