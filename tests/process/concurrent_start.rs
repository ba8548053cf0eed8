//! Concurrent first start of several instances on one empty database.

use crate::database::Database;
use crate::program::{Names, Program, Telegram, person};

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_lets_eight_start_together() {
    eight_start_together(Database::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_lets_eight_start_together() {
    eight_start_together(Database::Postgres).await;
}

async fn eight_start_together(database: Database) {
    let (folder, telegram, place) =
        (tempfile::tempdir().unwrap(), Telegram::start().await, database.make_empty().await);
    let names = Names::usual(&telegram.url, place.url());
    let begun: Vec<Program> = (0..8).map(|_| names.begin(folder.path())).collect();
    let serving: Vec<Program> = begun.into_iter().map(Program::serving).collect();
    // All instances must share one JWT secret and one database.
    let (access, _) = serving[0].sign_in(&telegram, &person(1)).await;
    for program in &serving {
        let (status, body, _) = program.ask(program.get("/api/v2/me").bearer_auth(&access)).await.unwrap();
        assert_eq!((status, &body["name"]), (200, &"Ivan".into()), "{body}");
    }
    serving.into_iter().for_each(Program::kill);
    place.clear().await;
}
