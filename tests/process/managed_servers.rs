//! Servers as managed services offer them: over TLS with a checked certificate, over a Unix socket, behind a pooler.

use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};

use sqlx::{Connection, PgConnection};

use crate::database::Database;
use crate::program::{Names, Telegram, person};
use crate::servers::{PoolMode, Server};

/// Lines of `doctor` that begin with a status and a name, without repeated spaces.
fn doctor(names: &Names, folder: &Path, name: &str) -> Vec<String> {
    let ran = names.clone().with("RUST_LOG", "off").run(folder, &["doctor"]);
    let lines = ran.out.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.filter(|line| line.split(' ').nth(1) == Some(name)).collect()
}

/// Number of people who have signed in. Each signs in once, because a payload of the login widget is used once.
static PEOPLE: AtomicI64 = AtomicI64::new(1001);

/// Starts the service, signs somebody in, and stops it.
async fn serves(names: &Names, telegram: &Telegram, folder: &Path) {
    let program = names.serve(folder);
    let (access, _) = program.sign_in(telegram, &person(PEOPLE.fetch_add(1, Ordering::Relaxed))).await;
    assert_eq!(program.ask(program.get("/api/v2/me").bearer_auth(&access)).await.unwrap().0, 200);
    let (status, ready, _) = program.ask(program.get("/readyz?exclude=telegram")).await.unwrap();
    assert_eq!((status, &ready["checks"]["database"]), (200, &"ok".into()), "{ready}");
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_is_reached_with_a_checked_certificate_or_not_at_all() {
    let (folder, telegram, server) = (tempfile::tempdir().unwrap(), Telegram::start().await, Server::postgres().await);
    let (port, certificate) = (server.port, server.certificate());
    let certificate = certificate.to_str().unwrap();
    let names = |url: &str| Names::usual(&telegram.url, url).with("NEURALBOX_JWT_SECRET", &"x".repeat(32));
    let url = format!("postgres://postgres:a-secret@localhost:{port}/postgres?sslmode=verify-full");

    let named = format!("{url}&sslrootcert={certificate}");
    serves(&names(&named), &telegram, folder.path()).await;
    let program = names(&named).serve(folder.path());
    let mut watching = PgConnection::connect(&named).await.unwrap();
    let sql = "select count(*), count(*) filter (where ssl) from pg_stat_ssl join pg_stat_activity using (pid)
                 where application_name = 'neuralbox-auth'";
    let (all, encrypted): (i64, i64) = sqlx::query_as(sql).fetch_one(&mut watching).await.unwrap();
    assert!(all > 0 && all == encrypted, "{encrypted} of {all} connections are encrypted");
    drop(program);

    // The authorities of the system, here a file of our own.
    for url in [url.clone(), format!("{url}&sslrootcert=system")] {
        serves(&names(&url).with("SSL_CERT_FILE", certificate), &telegram, folder.path()).await;
    }
    let elsewhere = named.replace("localhost", "127.0.0.1");
    for untrusted in [&url, &elsewhere] {
        let ran = names(untrusted).run(folder.path(), &["serve"]);
        assert_eq!(ran.code, Some(1), "{ran:?}");
        assert!(ran.err.contains("DATABASE_URL: ") && ran.err.contains("certificate"), "{}", ran.err);
        assert!(!ran.err.contains("a-secret"), "{}", ran.err);
        let lines = doctor(&names(untrusted), folder.path(), "database").concat();
        assert!(lines.starts_with("FAIL database DATABASE_URL: ") && lines.contains("certificate"), "{lines}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_is_reached_over_a_unix_socket() {
    let (folder, telegram, server) = (tempfile::tempdir().unwrap(), Telegram::start().await, Server::postgres().await);
    let (socket, port) = (server.folder().to_str().unwrap(), server.port);
    for url in [
        format!("postgres:///postgres?host={socket}&port={port}&user=postgres"),
        format!("postgresql://postgres@{}:{port}/postgres", socket.replace('/', "%2F")),
    ] {
        let names = Names::usual(&telegram.url, &url).with("NEURALBOX_JWT_SECRET", &"x".repeat(32));
        serves(&names, &telegram, folder.path()).await;
        let lines = doctor(&names, folder.path(), "database").concat();
        assert!(lines.starts_with("ok database Postgres "), "{lines}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_is_reached_over_tls_and_over_a_unix_socket() {
    let (folder, telegram, server) = (tempfile::tempdir().unwrap(), Telegram::start().await, Server::redis().await);
    let (tls, certificate) = (format!("rediss://localhost:{}/0", server.port), server.certificate());
    let (socket, certificate) = (server.folder().join("redis.sock"), certificate.to_str().unwrap());
    let names = |url: &str| Names::usual(&telegram.url, "sqlite://neuralbox.db").with("REDIS_URL", url);
    let socket = socket.display();
    let good = [
        names(&tls).with("SSL_CERT_FILE", certificate),
        names(&tls.replace("localhost", "LOCALHOST")).with("SSL_CERT_FILE", certificate),
        names(&format!("unix://{socket}")),
        names(&format!("redis+unix://{socket}?db=1")),
        names(&format!("redis+socket://{socket}")),
    ];
    for names in &good {
        assert_eq!(doctor(names, folder.path(), "redis"), ["ok redis responds"]);
    }
    let program = good[0].serve(folder.path());
    program.line("redis: connected, rate limits are shared");
    drop(program);

    let lines = doctor(&names(&tls), folder.path(), "redis").concat();
    assert!(lines.starts_with("FAIL redis REDIS_URL: ") && lines.contains("certificate"), "{lines}");
    let lines =
        doctor(&good[0].clone().with("REDIS_URL", &tls.replace("localhost", "127.0.0.1")), folder.path(), "redis");
    assert!(lines.concat().starts_with("FAIL redis REDIS_URL: "), "a name that the certificate lacks: {lines:?}");
}

/// Prepared statements, LISTEN, settings and locks belong to a server connection.
#[tokio::test(flavor = "multi_thread")]
async fn a_pooler_that_changes_the_server_is_refused_by_name() {
    let (folder, telegram, place) =
        (tempfile::tempdir().unwrap(), Telegram::start().await, Database::Postgres.make().await);
    for mode in [PoolMode::Transaction, PoolMode::Statement] {
        let pooler = Server::pgbouncer(place.url(), mode).await;
        let names = behind(&pooler, &telegram, place.url());
        for command in ["serve", "migrate"] {
            let ran = names.run(folder.path(), &[command]);
            assert_eq!(ran.code, Some(1), "{ran:?}");
            for word in ["DATABASE_URL: ", "PgBouncer", "pool_mode = session", "directly"] {
                assert!(ran.err.contains(word), "{word} is missing: {}", ran.err);
            }
        }
        let lines = doctor(&names, folder.path(), "database").concat();
        assert!(lines.starts_with("FAIL database DATABASE_URL: ") && lines.contains("PgBouncer"), "{lines}");
    }
    place.clear().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pooler_that_keeps_the_server_works() {
    let (folder, telegram, place) =
        (tempfile::tempdir().unwrap(), Telegram::start().await, Database::Postgres.make().await);
    let pooler = Server::pgbouncer(place.url(), PoolMode::Session).await;
    let names = behind(&pooler, &telegram, place.url());
    assert!(doctor(&names, folder.path(), "database").concat().starts_with("ok database Postgres "));
    let program = names.serve(folder.path());
    let people: Vec<_> = (1001..1041).map(person).collect();
    let signed_in = futures::future::join_all(people.iter().map(|person| program.sign_in(&telegram, person))).await;
    let settings = "select count(*) from pg_stat_activity where application_name = 'neuralbox-auth'";
    let mut watching = PgConnection::connect(place.url()).await.unwrap();
    let (connections,): (i64,) = sqlx::query_as(settings).fetch_one(&mut watching).await.unwrap();
    assert!(connections > 0, "the pooler passes the name of the program on");
    let ran = names.run(folder.path(), &["admin", "plan", "1001", "vip"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let key = program.key(&signed_in[0].0, "laptop").await;
    assert_eq!(program.verify(&key).await, 200);
    drop((program, watching, pooler));
    place.clear().await;
}

fn behind(pooler: &Server, telegram: &Telegram, database_url: &str) -> Names {
    let mut url = url::Url::parse(database_url).unwrap();
    url.set_host(Some("127.0.0.1")).unwrap();
    url.set_port(Some(pooler.port)).unwrap();
    Names::usual(&telegram.url, url.as_str()).with("NEURALBOX_JWT_SECRET", &"x".repeat(32))
}
