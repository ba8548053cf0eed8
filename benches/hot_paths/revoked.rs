//! Delay until a revocation takes effect on another instance: Postgres notifies it, and the key is verified there until it is refused.

use std::time::Instant;

use serde_json::Value;

use crate::hot_paths::place::Database;
use crate::hot_paths::seed::{Logins, Seed, Who};
use crate::hot_paths::service::{HUGE, Service, ask_with, expect, http};
use crate::{Bench, Fault};

/// Keys to revoke, one after the other.
const KEYS: usize = 500;
/// Goal for 99 of 100 revocations, in milliseconds.
const GOAL: f64 = 50.0;

/// Measures the row if Postgres is available; on SQLite there is one instance.
pub(crate) async fn run(bench: &mut Bench) -> Result<(), Fault> {
    let servers = bench.databases().into_iter().find(|database| matches!(database, Database::Postgres(_)));
    let Some(database) = servers.filter(|_| bench.wants("revoke, other instance, Postgres")) else { return Ok(()) };
    let place = database.make(bench.folder.path(), "revoked").await?;
    let outcome = measure(bench, &place.url).await;
    place.clear().await?;
    bench.table.waits("revoke, other instance, Postgres", outcome?, GOAL);
    Ok(())
}

/// Milliseconds from the response of each revocation until the other instance refuses the key.
async fn measure(bench: &Bench, url: &str) -> Result<Vec<f64>, Fault> {
    let folder = bench.folder.path();
    Service::migrate(folder, &bench.telegram, url)?;
    let mut seed = Seed::open(url).await?;
    seed.people(HUGE, 0, 1).await?;
    let keys = seed.keys(0, 1, KEYS).await?;
    seed.close().await?;
    let (here, there) =
        (Service::start(folder, &bench.telegram, url).await?, Service::start(folder, &bench.telegram, url).await?);
    let access = signed_in(bench, &here).await?;
    let (http, question) = (http()?, there.target("/api/v2/auth/verify"));
    let mut late = Vec::with_capacity(keys.len());
    for (key, id) in keys.iter().zip(1..) {
        expect("a live key", ask_with(&question, key).await?, 200).await?;
        let revoke = http.delete(here.target(&format!("/api/v2/keys/{id}")).url).bearer_auth(&access);
        expect("a revoke", revoke.send().await?, 204).await?;
        let answered = Instant::now();
        while http.get(&question.url).bearer_auth(key).send().await?.status() == 200 {}
        late.push(answered.elapsed().as_secs_f64() * 1e3);
        expect("a revoked key where it was revoked", ask_with(&here.target("/api/v2/auth/verify"), key).await?, 401)
            .await?;
    }
    Ok(late)
}

async fn signed_in(bench: &Bench, service: &Service) -> Result<String, Fault> {
    let login = Logins::of(&bench.telegram, Who::Returning(1)).next(1).pop().ok_or("no login")?;
    let ask = http()?.post(service.target("/api/v2/auth/telegram").url).header("content-type", "application/json");
    let answer: Value = ask.body(login).send().await?.json().await?;
    Ok(answer.get("access_token").and_then(Value::as_str).ok_or("no access token")?.to_owned())
}
