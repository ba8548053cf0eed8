//! Old rows are deleted a page at a time, and other writes go through between the pages.

use std::collections::BTreeSet;

use neuralbox_auth::model::accounts::account::TelegramId;
use neuralbox_auth::model::time::Moment;
use neuralbox_auth::store::Store;
use neuralbox_auth::store::bot_state::dialogue::{OpenQuestion, SetDialogue};
use neuralbox_auth::store::purge::{PAGE_ROWS, PURGES, PurgeCursor, PurgePage};
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};

use crate::support::Database;

/// Rows of the backlog.
const BACKLOG: i64 = 1_000_000;
/// When everything of the backlog is old.
const NOW: Moment = Moment(10_000_000_000);

/// The tests of this file, each on both databases.
macro_rules! on_both_databases {
    ($( async fn $name:ident($store:ident: &Store, $side:ident: &mut Side) $body:block )+) => {$(
        mod $name {
            use super::*;

            async fn test($store: &Store, $side: &mut Side) $body

            async fn run(database: Database) {
                let place = database.make().await;
                let store = Store::open(place.url()).await.unwrap();
                let mut side = Side::open(place.url()).await;
                test(&store, &mut side).await;
                store.close().await;
                drop(side);
                place.clear().await;
            }

            #[tokio::test]
            async fn sqlite() {
                run(Database::Sqlite).await;
            }

            #[tokio::test]
            async fn postgres() {
                run(Database::Postgres).await;
            }
        }
    )+};
}

on_both_databases! {
    async fn a_million_rows_go_while_others_write(store: &Store, side: &mut Side) {
        side.run(&format!(
            "with recursive n (n) as (select 1 union all select n + 1 from n where n < {BACKLOG})
             insert into bot_update (update_id, done, claimed_at) select n, 1 = 1, n from n"
        )).await;
        let purge = async { store.purge(NOW).await.unwrap() };
        tokio::pin!(purge);
        let (mut moments, mut number) = (BTreeSet::new(), 0);
        let purged = loop {
            number += 1;
            let dialogue = SetDialogue { person: TelegramId::new(number).unwrap(), step: Some((OpenQuestion::default(), NOW)) };
            tokio::select! {
                purged = &mut purge => break purged,
                written = store.write(dialogue) => written.unwrap(),
            }
            moments.insert(side.number("select coalesce(min(update_id), 0) from bot_update").await);
        };
        assert_eq!(purged, u64::try_from(BACKLOG).unwrap());
        assert_eq!(side.number("select count(*) from bot_update").await, 0);
        let pages = BACKLOG / PAGE_ROWS;
        let between = i64::try_from(moments.len()).unwrap();
        assert!(between > pages / 10, "other writes were committed after {between} of {pages} pages");
    }

    async fn no_write_deletes_more_than_a_page(store: &Store, side: &mut Side) {
        let rows = 2 * PAGE_ROWS + 500;
        for table in TABLES {
            side.run(&format!("with recursive n (n) as (select 1 union all select n + 1 from n where n < {rows}) insert into {table} from n")).await;
        }
        for purge in &PURGES {
            let (mut pages, mut cursor) = (Vec::new(), Some(PurgeCursor::Start));
            while let Some(begin) = cursor {
                let page = store.write(PurgePage { purge, cursor: begin, now: NOW }).await.unwrap();
                pages.push(i64::try_from(page.rows).unwrap());
                cursor = page.next;
            }
            let table = purge.table;
            assert!(pages.iter().all(|page| *page <= PAGE_ROWS), "{table}: {pages:?}");
            let left = side.number(&format!("select count(*) from {table}")).await;
            let kept = i64::from(NEWEST_KEPT.contains(&table));
            if !PURGES.iter().rev().any(|other| other.table == table && !std::ptr::eq(other, purge)) {
                assert_eq!((left, pages.iter().sum::<i64>()), (kept, rows - kept), "{table}: {pages:?}");
            }
        }
        assert_eq!(side.number("select count(*) from session").await, 1, "its id is not assigned again");
        assert_eq!(store.purge(NOW).await.unwrap(), 0, "nothing is left");
        assert_eq!(side.number("select sent from broadcast").await, rows, "its counts remain");
    }

    async fn what_is_not_old_stays(store: &Store, side: &mut Side) {
        for table in TABLES {
            side.run(&format!("with recursive n (n) as (select 1 union all select n + 1 from n where n < 3) insert into {table} from n")).await;
        }
        assert_eq!(store.purge(Moment(0)).await.unwrap(), 0);
        for purge in &PURGES {
            assert_eq!(side.number(&format!("select count(*) from {}", purge.table)).await, 3, "{}", purge.table);
        }
    }
}

/// Tables whose newest row stays, so that SQLite does not assign its id again.
const NEWEST_KEPT: [&str; 8] = [
    "account_change",
    "pending_admin_action",
    "merge_offer",
    "bot_sign_in",
    "session",
    "identity_undo",
    "oauth_device",
    "oauth_grant",
];

/// What is purged: a table, its columns, and their values for a number `n`. The first three are what others refer to.
const TABLES: [&str; 30] = [
    "account (name, plan, created_at) select 'Ivan', 'free', 1",
    "api_key (account_id, name, folded_name, digest, masked, created_at)
       select 1, 'key ' || n, 'key ' || n, unhex(substr('000000000000000' || n, length('' || n), 16)), '', 1",
    "broadcast (state, content, category, segment, created_at, started_at, finished_at, recipients, sent)
       select 'done', '', '', '', 1, 1, 1, count(*), count(*)",
    "broadcast_recipient (broadcast_id, position, chat_id, state) select 1, n, n, 'sent'",
    "used_login_signature (signature, expires_at) select unhex(substr('000000000000000' || n, length('' || n), 16)), n",
    "dialogue (telegram_id, step, expires_at) select n, '', 1",
    "bot_sign_in (code, poll_digest, match_number, choices, device, network, state, expires_at)
       select 'code ' || n, unhex(substr('000000000000000' || n, length('' || n), 16)), 1, '', '', '', 'used', n",
    "sign_in_link (digest, account_id, expires_at) select unhex(substr('000000000000000' || n, length('' || n), 16)), 1, n",
    "email_token (digest, kind, address, expires_at)
       select unhex(substr('000000000000000' || n, length('' || n), 16)), '', '', n",
    "mail (kind, recipient, language, device, network, created_at, due_at) select '', '', '', '', '', n, n",
    "identity_undo (account_id, holder_kind, holder_subject, since, expires_at) select 1, '', '', 1, n",
    "mail_pace (address, kind, due_at) select 'address ' || n, '', n",
    "bot_update (update_id, done, claimed_at) select n, 1 = 1, n",
    "account_change (account_id, created_at) select 1, n",
    "email_registration (address, label, name, password_hash, language, device, network, created_at)
       select '', '', '', '', '', '', '', n",
    "pending_admin_action (admin_id, account_id, action, idempotency_key, created_at) select 1, 1, '', 'key ' || n, n",
    "merge_offer (account_id, other_id, kind, subject, expires_at) select 1, 2, '', '', n",
    "session (account_id, device, network, created_at, last_seen_at, ended_at, refresh_digest)
       select 1, '', '', n, n, case when n % 2 = 0 then n end, unhex('00')",
    "notice (account_id, category, content, idempotency_key, created_at) select 1, '', '', 'key ' || n, n",
    "account_activity (account_id, created_at, event, actor) select 1, n, '', ''",
    "sign_in_failure_count (account_id, day, count) select n, 1, 1",
    "purchase_order (id, account_id, kind, product, title, stars, state, created_at, expires_at)
       select 'order ' || n, 1, '', '', '', 1, '', n, n",
    "replaced_secret (digest, key_id, replaced_at)
       select unhex(substr('000000000000000' || n, length('' || n), 16)), 1, n",
    "key_usage_daily (key_id, day, requests) select 1, n, 1",
    "known_source (account_id, device, network, first_at) select 1, 'device ' || n, '', n",
    "oauth_request (digest, browser_digest, client_id, parameters, network, last_session_id, created_at, expires_at)
       select unhex(substr('000000000000000' || n, length('' || n), 16)), unhex('00'), 'c_1', '', '', 0, n, n",
    "oauth_device (device_digest, user_digest, client_id, scopes, resource, match_number, choices, device, network,
       interval_secs, state, expires_at)
       select unhex(substr('000000000000000' || n, length('' || n), 16)), unhex(substr('100000000000000' || n, length('' || n), 16)),
         'c_1', '', '', 1, '', '', '', 5, 'used', n",
    "oauth_code (digest, client_id, account_id, session_id, redirect_uri, challenge, scopes, resource, auth_time, amr, expires_at)
       select unhex(substr('000000000000000' || n, length('' || n), 16)), 'c_1', 1, 1, '', '', '', '', n, '', n",
    "oauth_grant (account_id, client_id, sub, scopes, is_offline, auth_time, amr, device, network, created_at, last_used_at)
       select 1, 'c_1', '1', '', 1 = 1, n, '', '', '', n, n",
    "oauth_key (kid, alg, state, jwk, published_at, retired_at) select 'key ' || n, 'ES256', 'retired', '', n, n",
];

/// A connection beside the store.
enum Side {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Side {
    async fn open(url: &str) -> Self {
        if url.starts_with("sqlite:") {
            Self::Sqlite(SqliteConnection::connect(url).await.unwrap())
        } else {
            Self::Postgres(PgConnection::connect(url).await.unwrap())
        }
    }

    async fn run(&mut self, sql: &str) {
        let query = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
        match self {
            Self::Sqlite(connection) => query.execute(connection).await.map(drop),
            Self::Postgres(connection) => query.execute(connection).await.map(drop),
        }
        .unwrap_or_else(|fault| panic!("{fault}: {sql}"));
    }

    async fn number(&mut self, sql: &str) -> i64 {
        let query = sqlx::query_scalar(AssertSqlSafe(sql.to_owned()));
        match self {
            Self::Sqlite(connection) => query.fetch_one(connection).await,
            Self::Postgres(connection) => sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_one(connection).await,
        }
        .unwrap_or_else(|fault| panic!("{fault}: {sql}"))
    }
}
