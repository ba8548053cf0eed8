//! Admin commands of the command line.

use neuralbox_auth::model::time::Moment;

use crate::database::Database;
use crate::program::{Names, Telegram, person};

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_obeys_the_operator() {
    obeys_the_operator(Database::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_obeys_the_operator() {
    obeys_the_operator(Database::Postgres).await;
}

async fn obeys_the_operator(database: Database) {
    let (folder, telegram, place) = (tempfile::tempdir().unwrap(), Telegram::start().await, database.make().await);
    let names =
        Names::usual(&telegram.url, place.url()).with("RUST_LOG", "off").with("NEURALBOX_JWT_SECRET", &"x".repeat(32));
    let run = |line: &str| {
        let ran = names.run(folder.path(), &line.split(' ').collect::<Vec<_>>());
        format!("{} {}{}", ran.code.unwrap(), ran.out, ran.err)
    };
    assert_eq!(run("migrate"), "0 Database is up to date\n");
    assert_eq!(run("migrate"), "0 Database is up to date\n", "repeated migration changes nothing");
    assert_eq!(run("admin user 1001"), "1 neuralbox-auth: no such user\n");
    assert_eq!(run("admin purchases list"), "0 ");
    assert_eq!(run("admin purchases list --json"), "0 {\"next\":null,\"purchases\":[]}\n");
    assert_eq!(run("admin purchases list 1001"), "1 neuralbox-auth: no such user\n");
    assert_eq!(run("admin refund unknown"), "1 neuralbox-auth: no such purchase\n");

    let program = names.clone().with("RUST_LOG", "info").serve(folder.path());
    let (access, _) = program.sign_in(&telegram, &person(1001)).await;
    assert_eq!(run("admin user 1001"), "0 #1 Ivan: plan free, 100 tokens\n");
    assert_eq!(run("admin plan #1 vip"), "0 #1 Ivan: plan vip, 1500 tokens\n");
    let key = program.key(&access, "laptop").await;
    assert_eq!(program.verify(&key).await, 200, "a running service sees the plan immediately");
    assert_eq!(run("admin grant @PERSON_1001 1500 talk"), "0 #1 Ivan: plan vip, 3000 tokens\n");
    let refused = run("admin plan @person_1001 vip 30");
    assert!(refused.starts_with("1 neuralbox-auth: VIP has no end date, and would end on 20"), "{refused}");
    assert!(refused.ends_with("; nothing was changed, add --replace to do it\n"), "{refused}");
    let until = run("admin plan @person_1001 elite 30");
    assert!(until.starts_with("0 #1 Ivan: plan elite until 20") && until.ends_with("Z, 11500 tokens\n"), "{until}");
    let extended = run("admin plan ivan elite 30");
    assert!(day_in(&extended) == day_in(&until).plus(30 * 86_400), "{until} {extended}");
    let undone = run("admin undo");
    assert_eq!(day_in(&undone), day_in(&until), "{undone}");
    assert_eq!(run("admin undo"), "1 neuralbox-auth: there is nothing to undo\n");
    let refused = run("admin plan 1001 free");
    let loss = "1 neuralbox-auth: Free is a smaller plan than Elite, and Elite would end now instead of 20";
    assert!(refused.starts_with(loss) && refused.contains("30 days earlier; 1 key would be paused"), "{refused}");
    assert_eq!(run("admin plan 1001 free --replace"), "0 #1 Ivan: plan free, 11500 tokens\n");
    let since = std::time::Instant::now();
    while program.verify(&key).await != 403 {
        assert!(since.elapsed() < std::time::Duration::from_secs(5), "a running service sees the change soon");
    }

    assert_eq!(
        run("admin plan 1001 gold"),
        "1 neuralbox-auth: no such plan; available plans: free, basic, vip, elite\n"
    );
    assert_eq!(run("admin plan 4242 vip"), "1 neuralbox-auth: no such user\n");
    assert_eq!(run("admin grant #4242 5"), "1 neuralbox-auth: no such user\n");
    for wrong in [
        "admin user i",
        "admin plan 1001",
        "admin plan 1001 vip soon",
        "admin grant 1001 lots",
        "admin grant 1001 0",
        "admin grant 1001",
        "admin dance",
    ] {
        let said = run(wrong);
        assert!(said.starts_with("2 "), "{wrong}: {said}");
    }
    assert_eq!(run("admin user van"), "0 #1 Ivan: plan free, 11500 tokens\n", "part of a name");
    assert_eq!(run("admin grant 1001 1.5k"), "0 #1 Ivan: plan free, 13000 tokens\n");
    assert_eq!(run("admin grant 1001 -1500 mistake"), "0 #1 Ivan: plan free, 11500 tokens\n");
    assert_eq!(run("admin grant 1001 -99999"), "1 neuralbox-auth: the balance is only 11500; nothing was changed\n");
    assert_eq!(run("admin plan #1 vip"), "0 #1 Ivan: plan vip, 11500 tokens\n");
    assert_eq!(run("admin ban #1 spam"), "0 #1 Ivan: plan vip, 11500 tokens, banned\n");
    let since = std::time::Instant::now();
    while program.verify(&key).await != 403 {
        assert!(since.elapsed() < std::time::Duration::from_secs(5), "a running service sees the change soon");
    }
    assert_eq!(run("admin unban #1"), "0 #1 Ivan: plan vip, 11500 tokens\n");
    program.kill();
    place.clear().await;
}

/// Returns the end of the plan in the line of an account.
fn day_in(line: &str) -> Moment {
    let until = line.split_once("until ").and_then(|(_, rest)| rest.split(',').next());
    until.and_then(Moment::parse).unwrap_or_else(|| panic!("no end in {line}"))
}
