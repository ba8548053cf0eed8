//! Sign-ins and revocations beside a flood: thousands of connections send invented refresh cookies and a spent payload.

use std::process::{Child, Stdio};
use std::time::Instant;

use serde_json::Value;

use crate::hot_paths::load::SCRIPT;
use crate::hot_paths::machine::{Core, pinned};
use crate::hot_paths::place::Database;
use crate::hot_paths::rows::named;
use crate::hot_paths::seed::{Logins, Seed, Who, lines_file};
use crate::hot_paths::service::{HUGE, Service, expect, http};
use crate::{Bench, Fault};

/// Sign-ins and revocations, one after the other.
const ROUNDS: usize = 300;
/// Connections of each of the two floods.
const CONNECTIONS: usize = 3000;
/// Address of the flood, as a proxy forwards it. Without a proxy in front, one address holds a tenth of the connections.
const FLOOD_ADDRESS: &str = "203.0.113.9";
/// Longest duration of the floods, in seconds.
const FLOOD_SECS: usize = 60;
/// Goal for 99 of 100 calls, in milliseconds.
const GOAL: f64 = 250.0;

/// A flood by wrk. Ended when it is dropped.
struct Flood(Child);

impl Drop for Flood {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Measures the row on a database.
pub(crate) async fn run(bench: &mut Bench, database: &Database) -> Result<(), Fault> {
    let name = named("flood", database);
    if !bench.wants(&name) {
        return Ok(());
    }
    let place = database.make(bench.folder.path(), "floods").await?;
    let outcome = measure(bench, &place.url).await;
    place.clear().await?;
    bench.table.waits(&name, outcome?, GOAL);
    Ok(())
}

/// Milliseconds of each honest sign-in and revocation while both floods run.
async fn measure(bench: &Bench, url: &str) -> Result<Vec<f64>, Fault> {
    let folder = bench.folder.path();
    Service::migrate(folder, &bench.telegram, url)?;
    let mut seed = Seed::open(url).await?;
    seed.people(HUGE, 0, 1).await?;
    seed.keys(0, 1, ROUNDS).await?;
    seed.close().await?;
    let service = Service::start(folder, &bench.telegram, url).await?;
    let mut owner = Logins::of(&bench.telegram, Who::Returning(1));
    let spent = owner.next(1).pop().ok_or("no login")?;
    let (http, target) = (http()?, service.target("/api/v2/auth/telegram").url);
    let sign_in = |body: String| http.post(&target).header("content-type", "application/json").body(body).send();
    let answer: Value = sign_in(spent.clone()).await?.json().await?;
    let access = answer.get("access_token").and_then(Value::as_str).ok_or("no access token")?.to_owned();
    let cookies: Vec<String> = (0..10_000).map(|number| format!("1.0.{number:0>42}A")).collect();
    let cookies = lines_file(folder.join("cookies"), &cookies)?.0;
    let payload = lines_file(folder.join("payload"), &[spent])?.0;
    let refresh = service.target("/api/v2/auth/refresh").url;
    let _floods = [flood(&refresh, "cookie", &cookies)?, flood(&target, "login", &payload)?];
    let mut strangers = Logins::of(&bench.telegram, Who::New);
    let mut waits = Vec::with_capacity(2 * ROUNDS);
    for (body, id) in strangers.next(ROUNDS).into_iter().zip(1..) {
        let began = Instant::now();
        expect("a sign-in", sign_in(body).await?, 200).await?;
        waits.push(began.elapsed().as_secs_f64() * 1e3);
        let began = Instant::now();
        let revoke = http.delete(service.target(&format!("/api/v2/keys/{id}")).url).bearer_auth(&access);
        expect("a revocation", revoke.send().await?, 204).await?;
        waits.push(began.elapsed().as_secs_f64() * 1e3);
    }
    Ok(waits)
}

fn flood(url: &str, shape: &str, lines: &std::path::Path) -> Result<Flood, Fault> {
    let mut wrk = pinned(Core::Rest, "wrk");
    wrk.args(["-t1", &format!("-c{CONNECTIONS}"), &format!("-d{FLOOD_SECS}s"), "-s", SCRIPT, url, "--", shape]);
    Ok(Flood(wrk.arg(lines).arg(FLOOD_ADDRESS).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?))
}
