//! The `sandbox` command runs the pretend Telegram of the demo alone, for a `serve` with settings and a database of
//! one's own. Needs no setting and leaves nothing behind.

use std::time::Duration;

use telegram_sandbox::{Person, Sandbox, SandboxSettings};
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::cli::demo;
use crate::config::Config;
use crate::domain::ClockAndRng;
use crate::serve::App;

/// Longest time that a sandbox may take to say that it is one.
const CHECK_TIMEOUT: Duration = Duration::from_secs(1);

/// Options of the pretend Telegram.
#[derive(clap::Args, Clone)]
pub(super) struct SandboxArgs {
    /// Port of the pretend Telegram; a free one is chosen if it is in use
    #[arg(long, default_value_t = 8081)]
    port: u16,
    /// Port of the pretend mail server; a free one is chosen if it is in use
    #[arg(long, default_value_t = 8025)]
    mail_port: u16,
    /// Token of the bot, of an earlier start; a random one if omitted
    #[arg(long, value_name = "TOKEN", value_parser = bot_token)]
    token: Option<String>,
    /// Address of the service
    #[arg(long, value_name = "URL", default_value = "http://localhost:8080")]
    service_url: Url,
}

/// Runs the pretend Telegram until `stop`.
pub(super) async fn run(options: SandboxArgs, env: ClockAndRng, stop: CancellationToken) -> Result<(), String> {
    let (telegram, outbox) = (demo::bind(options.port).await?, demo::bind(options.mail_port).await?);
    let token = options.token.unwrap_or_else(|| demo::bot_token(&env));
    let service_url = options.service_url.origin().ascii_serialization();
    // What the demo says about a person is true for the accounts of the demo only.
    let people = demo::demo_people().map(|person| Person { caption: None, ..person }).collect();
    let settings = SandboxSettings { people, ..demo::sandbox_settings(token.clone(), &service_url, &env) };
    let sandbox = Sandbox::new(settings);
    let telegram_url = format!("http://127.0.0.1:{}", demo::port(&telegram)?);
    print_settings(&token, &telegram_url, demo::port(&outbox)?);
    let mails = tokio::spawn(sandbox.clone().serve_mail(outbox, stop.clone().cancelled_owned()));
    let outcome = sandbox.serve(telegram, stop.cancelled_owned()).await;
    let _ = mails.await;
    outcome.map_err(|fault| format!("HTTP: {fault}"))
}

/// Builds the service. If its Bot API server is a Telegram sandbox, its pages embed the Login Widget of that: Telegram's
/// own does not know the bot.
pub(super) async fn build_beside(config: Config, env: ClockAndRng) -> Result<App, String> {
    let address = config.telegram_api_url.as_str().trim_end_matches('/').to_owned();
    let is_sandbox = is_sandbox(&config.telegram_api_url).await;
    let app = App::build(config, env).await?;
    if is_sandbox { Ok(app.with_widget_script(demo::widget_script(&address)?)) } else { Ok(app) }
}

/// True if a Telegram sandbox answers at that address. Only servers on this machine are asked.
async fn is_sandbox(server: &Url) -> bool {
    let is_local = server.scheme() == "http" && matches!(server.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    let client = reqwest::Client::builder().no_proxy().timeout(CHECK_TIMEOUT).build();
    let (true, Ok(client), Ok(address)) = (is_local, client, server.join("/_sandbox")) else { return false };
    let Ok(answer) = client.get(address).send().await else { return false };
    answer.json::<serde_json::Value>().await.is_ok_and(|info| info.get("bot").is_some())
}

/// Parses a bot token.
fn bot_token(text: &str) -> Result<String, String> {
    let is_token = text.split_once(':').is_some_and(|(id, secret)| {
        !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit()) && !secret.is_empty()
    });
    if is_token { Ok(text.to_owned()) } else { Err("expected a bot token, such as 1000000001:secret".to_owned()) }
}

fn print_settings(token: &str, telegram_url: &str, mail_port: u16) {
    println!(
        "
Pretend Telegram. It answers this machine only, and forgets everything when you stop it.

Set these names for `neuralbox-auth serve`, in .env or in the environment:

TELEGRAM_BOT_TOKEN={token}
TELEGRAM_API_URL={telegram_url}
SMTP_URL=smtp://127.0.0.1:{mail_port}
MAIL_FROM=NeuralBox <no-reply@neuralbox.example>
GOOGLE_CLIENT_ID=neuralbox-sandbox
GOOGLE_CLIENT_SECRET=any-will-do
GOOGLE_ISSUER_URL={telegram_url}/google
NEURALBOX_ADMINS={}

  Chat with the bot       {telegram_url}/
  Emails sent             {telegram_url}/outbox
  A signed widget object  {telegram_url}/widget

Anyone who knows the token can sign in as anybody, so it is for this machine. To keep it, start again with
--token {token}

Press Ctrl-C to stop.
",
        demo::ADMIN_PERSON
    );
}
