//! Websites that are not allowed: their developers see nothing but a hidden answer, so the log names them.

use crate::program::{Names, Telegram};

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_website_is_logged_once() {
    let (folder, telegram) = (tempfile::tempdir().unwrap(), Telegram::start().await);
    let database = format!("sqlite://{}/neuralbox.db", folder.path().display());
    let names = Names::usual(&telegram.url, &database).with("NEURALBOX_ALLOWED_ORIGINS", "https://shop.example");
    let program = names.serve(folder.path());
    let preflight = async |origin: &str| {
        let ask = reqwest::Client::new()
            .request(reqwest::Method::OPTIONS, format!("{}/api/v2/auth/telegram", program.url))
            .header("origin", origin)
            .header("access-control-request-method", "POST");
        assert_eq!(ask.send().await.unwrap().status(), 200);
    };
    let own = program.url.clone();
    for origin in
        ["https://evil.example", "https://shop.example", "null", &own, "https://other.example", "not an origin"]
    {
        preflight(origin).await;
        preflight(origin).await;
    }
    let posted = program.post("/api/v2/auth/telegram").header("origin", "https://evil.example").body("{}");
    program.ask(posted).await.unwrap();

    program.signal("TERM");
    let lines = program.rest();
    let mut refused: Vec<_> = lines
        .iter()
        .filter(|line| line.contains("cors: origin refused"))
        .map(|line| {
            let entry: serde_json::Value = serde_json::from_str(line).unwrap();
            assert_eq!(entry["level"], "WARN");
            entry["fields"]["origin"].as_str().unwrap().to_owned()
        })
        .collect();
    refused.sort();
    assert_eq!(refused, ["https://evil.example", "https://other.example"], "{lines:#?}");
}
