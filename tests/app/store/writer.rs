//! Batches of the writer, with failing pieces among them.

use futures::future::join_all;
use neuralbox_auth::model::accounts::account::AccountId;
use neuralbox_auth::model::api_key::{KeyName, PlainKey};
use neuralbox_auth::model::crypto::rng::SystemRng;
use neuralbox_auth::model::time::Moment;
use neuralbox_auth::store::api_keys::keys::{AddKey, AddKeyOutcome, RepeatPolicy};
use neuralbox_auth::store::{Store, StoreError, is_away};
use sqlx::{Connection, SqliteConnection};
use tokio::runtime::Handle;

use crate::on_both;
use crate::support::App;

const ACCOUNT: AccountId = AccountId(1);

on_both! {
    async fn one_bad_piece_spoils_nobody_elses(app: App) {
        app.person_on("Ivan", "elite").await;
        let store = open(&app.database_url);
        // Every tenth key has the same digest, which a unique index rejects after the first.
        let same = PlainKey::new(&SystemRng);
        let keys: Vec<_> = (0..100).map(|number| {
            let plain = if number % 10 == 0 { same.clone() } else { PlainKey::new(&SystemRng) };
            add(number, &plain)
        }).collect();
        let outcomes = join_all(keys.into_iter().map(|key| store.write(key))).await;
        let mut of_the_same = Vec::new();
        for (number, outcome) in outcomes.iter().enumerate() {
            match outcome {
                Ok(AddKeyOutcome::Done(key)) if number % 10 != 0 => assert_eq!(key.name, format!("key {number}")),
                Ok(AddKeyOutcome::Done(key)) => of_the_same.push(key.name.clone()),
                Err(StoreError::Database(fault)) => {
                    let unique = fault.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation);
                    assert!(unique && number % 10 == 0, "{number}: {fault}");
                }
                other => panic!("{number}: {other:?}"),
            }
        }
        assert_eq!(of_the_same.len(), 1, "{of_the_same:?}");
        assert_eq!(store.keys(ACCOUNT).await.unwrap().len(), 91, "exactly the acknowledged keys are stored");
        store.close().await;
    }

    async fn what_the_database_refuses_permanently_is_not_called_temporary(app: App) {
        let store = open(&app.database_url);
        let orphan = AddKey { account: AccountId(4242), ..add(1, &PlainKey::new(&SystemRng)) };
        let Err(StoreError::Database(fault)) = store.write(orphan).await else { panic!("a key without an account") };
        assert!(fault.as_database_error().is_some_and(sqlx::error::DatabaseError::is_foreign_key_violation), "{fault}");
        assert!(!is_away(&fault));
        store.close().await;
    }

    async fn what_was_answered_before_a_close_is_there_and_nothing_is_taken_after_it(app: App) {
        app.person_on("Ivan", "elite").await;
        let store = open(&app.database_url);
        let keys: Vec<_> = (0..50).map(|number| {
            let (store, key) = (store.clone(), add(number, &PlainKey::new(&SystemRng)));
            tokio::spawn(async move { store.write(key).await })
        }).collect();
        store.close().await;
        let answered = join_all(keys).await.into_iter().filter(|outcome| matches!(outcome, Ok(Ok(AddKeyOutcome::Done(_))))).count();
        let late = store.write(add(99, &PlainKey::new(&SystemRng))).await;
        assert!(matches!(late, Err(StoreError::Busy)), "{late:?}");
        let again = open(&app.database_url);
        assert_eq!(again.keys(ACCOUNT).await.unwrap().len(), answered);
        again.close().await;
    }
}

#[tokio::test]
async fn sqlite_is_new_enough_not_to_lose_a_wal() {
    // Before 3.51.3, two connections resetting the WAL at the same time could lose commits (sqlite.org/wal.html).
    let mut built_in = SqliteConnection::connect("sqlite::memory:").await.unwrap();
    let (version,): (String,) = sqlx::query_as("select sqlite_version()").fetch_one(&mut built_in).await.unwrap();
    let numbers: Vec<u32> = version.split('.').map(|number| number.parse().unwrap()).collect();
    assert!(numbers >= vec![3, 51, 3], "{version}");
}

/// A file that has become read-only is trouble of the file, not of the statement.
#[tokio::test]
async fn a_read_only_file_may_pass() {
    let folder = tempfile::tempdir().unwrap();
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(folder.path().join("a.db"));
    let mut file = SqliteConnection::connect_with(&options.clone().create_if_missing(true)).await.unwrap();
    sqlx::raw_sql("create table a (b integer)").execute(&mut file).await.unwrap();
    let mut reader = SqliteConnection::connect_with(&options.read_only(true)).await.unwrap();
    let fault = sqlx::raw_sql("insert into a values (1)").execute(&mut reader).await.unwrap_err();
    assert!(is_away(&fault), "{fault}");
}

/// Opens the store on this thread, for the reason given in [`crate::support::Instance::start`].
fn open(url: &str) -> Store {
    tokio::task::block_in_place(|| Handle::current().block_on(Store::open(url))).unwrap()
}

fn add(number: usize, plain: &PlainKey) -> AddKey {
    AddKey {
        account: ACCOUNT,
        name: KeyName::parse(&format!("key {number}")).unwrap(),
        digest: plain.digest(),
        masked: plain.masked(),
        expires_at: None,
        limit: 1000,
        idempotency_key: None,
        on_repeat: RepeatPolicy::Refuse,
        now: Moment(0),
    }
}
