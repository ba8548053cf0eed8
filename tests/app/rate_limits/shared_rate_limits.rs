//! Rate limits shared by several instances in Redis, and counted per instance while Redis is unavailable.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::StreamExt;
use serde_json::json;

use crate::support::mailbox::PASSWORD;
use crate::support::servers::redis::Redis;
use crate::support::{Answer, App, Browser, Database, Instance, ask};

const SMALL: (&str, &str) =
    ("NEURALBOX_PLANS_FILE", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/app/support/small_plans.toml"));

/// Two instances with one Redis, and a key with three requests a minute (seven on `elite`).
struct Stage {
    app: Arc<App>,
    other: Instance,
    redis: Redis,
    key: String,
}

impl Stage {
    async fn play<T: Future<Output = ()>>(database: Database, plan: &str, act: impl FnOnce(Self) -> T) {
        let (place, redis) = (database.make().await, Redis::start().await);
        let url = redis.url();
        let app = Arc::new(App::start(place.url(), &[SMALL, ("REDIS_URL", &url)]).await);
        let quiet = [
            SMALL,
            ("REDIS_URL", &url),
            ("TELEGRAM_API_URL", "http://127.0.0.1:9"),
            ("NEURALBOX_PUBLIC_URL", &app.url),
        ];
        let other = app.another(&quiet).await;
        let mut browser = app.signed_in(&app.person_on("Ivan", plan).await).await;
        let key = browser.post("keys", json!({"name": "laptop"})).await.json()["key"].as_str().unwrap().to_owned();
        let stage = Self { app: Arc::clone(&app), other, redis, key };
        stage.until_redis_is(true).await;
        stage.until_known_everywhere().await;
        act(stage).await;
        app.stop().await;
        place.clear().await;
    }

    /// Waits for the gauge. Both instances share this process, so it shows the state of the one that wrote last.
    async fn until_redis_is(&self, up: bool) {
        let wanted = format!("neuralbox_redis_up {}", i32::from(up));
        let since = Instant::now();
        while !self.metrics().await.lines().any(|line| line == wanted) || (up && !self.both_find_redis().await) {
            if !up {
                self.ask(&self.other.url).await;
            }
            assert!(since.elapsed() < Duration::from_secs(20), "redis_up is not {up}");
        }
    }

    /// True if Redis answered the latest request of each instance.
    async fn both_find_redis(&self) -> bool {
        for url in [&self.app.url, &self.other.url] {
            let ready = ask(reqwest::Client::new().get(format!("{url}/readyz"))).await;
            if ready.json()["checks"].get("redis").is_some() {
                return false;
            }
        }
        true
    }

    /// Waits until the other instance knows the new key, and then until its limit is full again.
    async fn until_known_everywhere(&self) {
        let since = Instant::now();
        while self.ask(&self.other.url).await.status == 401 {
            assert!(since.elapsed() < Duration::from_secs(20), "the other instance does not know the key");
        }
        self.app.clock.pass(60);
    }

    async fn metrics(&self) -> String {
        ask(reqwest::Client::new().get(format!("{}/metrics", self.app.metrics_url))).await.text
    }

    async fn ask(&self, url: &str) -> Answer {
        ask(reqwest::Client::new().get(format!("{url}/api/v2/auth/verify")).bearer_auth(&self.key)).await
    }

    async fn here(&self) -> Answer {
        self.ask(&self.app.url).await
    }

    async fn there(&self) -> Answer {
        self.ask(&self.other.url).await
    }

    /// Returns status and remaining quota.
    fn left(answer: &Answer) -> String {
        format!("{} {}", answer.status, answer.header("ratelimit"))
    }
}

/// An instance waits 100 ms for Redis and then counts alone. A busy machine may exceed that, so only rounds in which
/// Redis always answered are checked.
async fn is_shared(database: Database) {
    Stage::play(database, "vip", async |stage| {
        let since = Instant::now();
        let (counted, refused, early, (taken, late)) = loop {
            assert!(since.elapsed() < Duration::from_mins(1), "Redis never answered throughout a round");
            stage.until_redis_is(true).await;
            stage.app.clock.pass(3600);
            let connections = stage.redis.connections();
            let counted = [stage.here().await, stage.there().await, stage.here().await];
            let refused = [stage.here().await, stage.there().await];
            stage.app.clock.pass(19);
            let early = stage.there().await;
            stage.app.clock.pass(1);
            let later = (stage.there().await, stage.here().await);
            // The connection that reads the statistics is the only new one.
            if stage.both_find_redis().await && stage.redis.connections() == connections + 1 {
                break (counted, refused, early, later);
            }
        };
        let expected = [r#"200 "vip";r=2;t=60"#, r#"200 "vip";r=1;t=60"#, r#"200 "vip";r=0;t=20"#];
        assert_eq!(counted.each_ref().map(Stage::left), expected);
        for answer in refused {
            assert_eq!(answer.problem(), "429 Rate limit exceeded (rate_limit_exceeded)");
            assert_eq!((answer.header("retry-after"), answer.header("ratelimit")), ("20", r#""vip";r=0;t=20"#));
        }
        assert_eq!((early.status, taken.status, late.status), (429, 200, 429));
        stage.other.stop().await;
    })
    .await;
}

/// Sends a spent payload 750 times, to the instances in turn; returns how often it was refused and not limited. An answer
/// over the limit comes two seconds late, so some are sent together.
async fn refused_payloads(urls: &[String; 2], payload: &serde_json::Value) -> usize {
    let answers = (0..750).map(|number| {
        let url = &urls[number % 2];
        async move { Browser::new(url).post("auth/telegram", payload.clone()).await.status }
    });
    futures::stream::iter(answers)
        .buffer_unordered(30)
        .filter(|status| std::future::ready(*status == 401))
        .count()
        .await
}

/// Changes of an account, wrong passwords and refused payloads are counted together, too. Two instances apart would
/// allow twice the limit; on a busy machine, some calls that Redis answers late are counted by one instance only.
async fn safety_limits_are_shared(database: Database) {
    Stage::play(database, "vip", async |stage| {
        let since = Instant::now();
        let urls = [stage.app.url.clone(), stage.other.url.clone()];
        stage.app.confirmed("ivan@example.com", PASSWORD, "Ivan").await;
        loop {
            stage.until_redis_is(true).await;
            stage.app.clock.pass(3600);
            let browser = stage.app.signed_in(&stage.app.person("Olga")).await;
            let payload = stage.app.widget_of(&stage.app.person("Eve"));
            assert_eq!(Browser::new(&urls[0]).post("auth/telegram", payload.clone()).await.status, 200);
            let guess = json!({"email": "ivan@example.com", "password": "a guess of mine"});
            let mut counts = [0; 3];
            for number in 0..240 {
                let url = &urls[number % 2];
                let mut here = Browser { url: url.clone(), ..browser.clone() };
                let changed = here.patch("me", json!({"name": format!("Name {number}")})).await;
                assert!([200, 429].contains(&changed.status), "{changed:?}");
                counts[0] += usize::from(changed.status == 200);
                if number < 24 {
                    counts[1] += usize::from(Browser::new(url).post("auth/login", guess.clone()).await.status == 401);
                }
            }
            counts[2] = refused_payloads(&urls, &payload).await;
            assert!(counts[0] >= 120 && counts[1] >= 10 && counts[2] >= 600, "{counts:?}: below the limits");
            if counts[0] < 160 && counts[1] < 15 && counts[2] < 700 {
                break;
            }
            assert!(since.elapsed() < Duration::from_mins(2), "{counts:?}: changes, wrong passwords, payloads");
        }
        stage.other.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn safety_limits_are_shared_on_postgres() {
    safety_limits_are_shared(Database::Postgres).await;
}

/// Kind of the Redis outage.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Away {
    Killed,
    Held,
}

/// While Redis is unavailable, requests succeed and each instance counts alone. Afterwards they share the count again.
async fn is_alone_while_redis_is_unavailable(database: Database, how: Away) {
    Stage::play(database, "elite", async |mut stage| {
        assert_eq!(Stage::left(&stage.here().await), r#"200 "elite";r=6;t=60"#);
        match how {
            Away::Killed => stage.redis.kill(),
            Away::Held => stage.redis.hold(),
        }
        // Counting continues from the shared state, as last seen by this instance.
        let asked = Instant::now();
        assert_eq!(Stage::left(&stage.here().await), r#"200 "elite";r=5;t=60"#);
        assert_eq!(Stage::left(&stage.here().await), r#"200 "elite";r=4;t=60"#);
        assert!(asked.elapsed() < Duration::from_secs(2), "a request waits only briefly for Redis");
        let there = stage.there().await;
        assert_eq!(there.status, 200, "{there:?}");
        stage.until_redis_is(false).await;
        for _ in 0..4 {
            assert_eq!(stage.here().await.status, 200);
        }
        assert_eq!(stage.here().await.status, 429, "the limit applies on each instance");

        match how {
            Away::Killed => stage.redis.restart().await,
            Away::Held => stage.redis.go_on(),
        }
        stage.until_redis_is(true).await;
        stage.app.clock.pass(3600);
        let since = Instant::now();
        loop {
            // Each instance retries Redis once a second. Until both have found it, they count apart.
            stage.app.clock.pass(60);
            let (here, there) = (stage.here().await, stage.there().await);
            assert_eq!((here.status, there.status), (200, 200));
            if Stage::left(&there) == r#"200 "elite";r=5;t=60"# {
                break;
            }
            assert!(since.elapsed() < Duration::from_secs(20), "the count is not shared again: {there:?}");
        }
        stage.other.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_shares() {
    is_shared(Database::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_shares() {
    is_shared(Database::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redis_is_killed() {
    is_alone_while_redis_is_unavailable(Database::Postgres, Away::Killed).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redis_hangs() {
    is_alone_while_redis_is_unavailable(Database::Postgres, Away::Held).await;
}

/// Requests in flight while Redis is killed must succeed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_request_fails_while_redis_dies() {
    let (place, mut redis) = (Database::Sqlite.make().await, Redis::start().await);
    let app = App::start(place.url(), &[("REDIS_URL", &redis.url())]).await;
    let mut browser = app.signed_in(&app.person_on("Ivan", "elite").await).await;
    let key = browser.post("keys", json!({"name": "laptop"})).await.json()["key"].as_str().unwrap().to_owned();
    let client = reqwest::Client::new();
    for round in 0..3 {
        let asks = (0..200).map(|_| {
            let request = client.get(format!("{}/api/v2/auth/verify", app.url)).bearer_auth(&key);
            tokio::spawn(async move { ask(request).await.status })
        });
        let asked: Vec<_> = asks.collect();
        if round == 1 {
            redis.kill();
        }
        for answer in futures::future::join_all(asked).await {
            assert_eq!(answer.unwrap(), 200);
        }
    }
    app.stop().await;
    place.clear().await;
}
