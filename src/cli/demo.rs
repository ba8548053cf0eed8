//! The `demo` command runs the whole product on one machine, for someone who has just cloned the repository.
//!
//! It uses SQLite in a temporary folder, the Telegram sandbox instead of Telegram, and a mail server that shows every
//! email on a page. It needs no bot token and no network, and leaves nothing behind.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use telegram_sandbox::{Person, Sandbox, SandboxSettings};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::config::Config;
use crate::domain::admin::access::{Admin, PersonRef};
use crate::domain::{ClockAndRng, Domain};
use crate::model::accounts::account::TelegramId;
use crate::model::accounts::identity::TelegramProfile;
use crate::model::billing::product::Trial;
use crate::model::crypto::rng;
use crate::model::crypto::secret::Secret;
use crate::model::oauth::client::{Client, ClientKind};
use crate::model::oauth::client_spec::ClientSpec;
use crate::serve::{App, Sockets};

/// Website that the demo registers. The port is that of `examples/website`.
const WEBSITE: &str = "http://localhost:9300";
/// API of the examples, for which the demo issues access tokens.
const DEMO_RESOURCE: &str = "https://api.shop.example";

/// Options of the demo.
#[derive(clap::Args, Clone, Debug)]
pub struct DemoArgs {
    /// Port of the service; a free one is chosen if it is in use
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Port of the Telegram sandbox; a free one is chosen if it is in use
    #[arg(long, default_value_t = 8081)]
    telegram_port: u16,
    /// Website that may use sessions from its own pages, as `https://shop.example`; those of this machine always may
    #[arg(long, value_name = "ORIGIN", num_args = 1..)]
    allow_origin: Vec<String>,
    /// Credential with which a gateway charges tokens; charging is off if omitted
    #[arg(long, value_name = "TOKEN", value_parser = service_token)]
    service_token: Option<Secret>,
}

/// People of the demo: Telegram id, name, username, language and plan.
const DEMO_PEOPLE: [(i64, &str, &str, &str, &str); 4] = [
    (1001, "Ivan", "ivan", "en", "vip"),
    (1002, "Olga", "olga", "en", "free"),
    (1003, "Мария", "maria", "ru", "elite"),
    (1004, "Ada", "ada", "en", "free"),
];
/// Ivan, whom the greeting suggests to play first.
const FIRST_PERSON: i64 = 1001;
/// Ada, the only admin.
pub(super) const ADMIN_PERSON: i64 = 1004;

/// Runs the demo until `stop`.
pub async fn run(options: DemoArgs, env: ClockAndRng, stop: CancellationToken) -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|error| format!("temporary folder: {error}"))?;
    let sockets = Sockets { http: bind(options.port).await?, metrics: bind(0).await? };
    let telegram = bind(options.telegram_port).await?;
    let public_url = format!("http://localhost:{}", port(&sockets.http)?);
    let telegram_url = format!("http://127.0.0.1:{}", port(&telegram)?);
    let outbox = bind(0).await?;
    let token = bot_token(&env);

    let names = BTreeMap::from([
        ("TELEGRAM_BOT_TOKEN".to_owned(), token.clone()),
        ("TELEGRAM_API_URL".to_owned(), telegram_url.clone()),
        ("DATABASE_URL".to_owned(), format!("sqlite://{}", folder.path().join("neuralbox.db").display())),
        ("NEURALBOX_PUBLIC_URL".to_owned(), public_url.clone()),
        ("SMTP_URL".to_owned(), format!("smtp://127.0.0.1:{}", port(&outbox)?)),
        ("MAIL_FROM".to_owned(), "NeuralBox <no-reply@neuralbox.example>".to_owned()),
        ("NEURALBOX_ADMINS".to_owned(), ADMIN_PERSON.to_string()),
        ("NEURALBOX_ALLOWED_ORIGINS".to_owned(), options.allow_origin.join(",")),
        ("NEURALBOX_OAUTH_RESOURCES".to_owned(), DEMO_RESOURCE.to_owned()),
        ("NEURALBOX_SUPPORT".to_owned(), "help@neuralbox.example".to_owned()),
        ("GOOGLE_CLIENT_ID".to_owned(), "neuralbox-demo".to_owned()),
        ("GOOGLE_CLIENT_SECRET".to_owned(), "any-will-do".to_owned()),
        ("GOOGLE_ISSUER_URL".to_owned(), format!("{telegram_url}/google")),
    ]);
    let config = Config::from_names(names).map_err(|faults| faults.to_string())?;
    // A short token is enough on this machine, so it bypasses the rule of the setting.
    let service_token = options.service_token;
    let origins = config.allowed_origins.clone();
    let config = Config { plans: config.plans.with_trial(demo_trial()), service_token, ..config };
    let widget = widget_script(&telegram_url)?;
    let settings = sandbox_settings(token, &public_url, &env);
    let sandbox = Sandbox::new(SandboxSettings { people: demo_people().collect(), ..settings });
    let app = App::build(config, env).await?.with_widget_script(widget).with_loopback_origins();
    seed_account(&app.domain()).await?;
    let website = add_website(&app.domain(), origins).await?;

    let others = sandbox.clone();
    let mails = tokio::spawn(sandbox.clone().serve_mail(outbox, stop.clone().cancelled_owned()));
    let telegram = tokio::spawn(sandbox.serve(telegram, stop.clone().cancelled_owned()));
    // Everyone else has already started the bot, so a broadcast reaches them.
    let is_other = |person: &Person| !matches!(person.id, FIRST_PERSON | ADMIN_PERSON);
    demo_people().filter(is_other).for_each(|person| _ = others.say(&person, "/start"));
    print_ignored(&Config::names_that_are_set());
    print_addresses(&public_url, &telegram_url);
    print_websites(&public_url, &website);
    let outcome = app.run(sockets, stop).await;
    let _ = tokio::join!(telegram, mails);
    outcome
}

/// Binds `port` on the loopback address, or any free port if it is in use.
pub(super) async fn bind(port: u16) -> Result<TcpListener, String> {
    let at = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let listener = match TcpListener::bind(at(port)).await {
        Ok(listener) => Ok(listener),
        Err(_) => TcpListener::bind(at(0)).await,
    };
    listener.map_err(|fault| format!("cannot listen on 127.0.0.1: {fault}"))
}

pub(super) fn port(listener: &TcpListener) -> Result<u16, String> {
    listener.local_addr().map(|address| address.port()).map_err(|fault| fault.to_string())
}

/// Users of the Telegram sandbox, with what the chat page says about each.
pub(super) fn demo_people() -> impl Iterator<Item = Person> {
    DEMO_PEOPLE.into_iter().map(|(id, name, username, language, plan)| Person {
        username: Some(username.to_owned()),
        language_code: Some(language.to_owned()),
        caption: Some(if id == ADMIN_PERSON { "admin".to_owned() } else { format!("{plan} plan") }),
        ..Person::new(id, name)
    })
}

/// Creates the token of a bot that only the Telegram sandbox knows.
pub(super) fn bot_token(env: &ClockAndRng) -> String {
    format!("1000000001:{}", hex::encode(rng::bytes::<16>(env.rng.as_ref())))
}

/// Login Widget of the Telegram sandbox at that address.
pub(super) fn widget_script(telegram_url: &str) -> Result<Url, String> {
    Url::parse(&format!("{telegram_url}/js/telegram-widget.js")).map_err(|fault| fault.to_string())
}

/// Settings of a Telegram sandbox without people.
pub(super) fn sandbox_settings(token: String, public_url: &str, env: &ClockAndRng) -> SandboxSettings {
    let clock = Arc::clone(&env.clock);
    SandboxSettings { service_url: Some(public_url.to_owned()), ..SandboxSettings::new(token, move || clock.now().0) }
        .with_bot("NeuralBox", "neuralbox_demo_bot")
}

/// Parses a service token of the demo: any visible characters.
fn service_token(text: &str) -> Result<Secret, String> {
    let is_visible = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
    if is_visible {
        Ok(Secret::new(text.to_owned()))
    } else {
        Err("expected visible characters without spaces".to_owned())
    }
}

/// Trial of the demo. The shipped plans have none.
fn demo_trial() -> Trial {
    Trial { plan: "vip".to_owned(), days: 3 }
}

/// Creates everyone's account with its plan and the tokens of that plan.
async fn seed_account(domain: &Domain) -> Result<(), String> {
    for (id, name, username, _, plan) in DEMO_PEOPLE {
        let Some(telegram) = TelegramId::new(id) else { continue };
        let profile = TelegramProfile::new(telegram, Some(name), None, Some(username));
        let failed = |error| format!("demo accounts could not be created: {error:?}");
        domain.find_or_create_account(&profile).await.map_err(failed)?;
        let (operator, who) = (Admin::operator(), PersonRef::Telegram(telegram));
        domain.set_plan(&operator, &who, plan, None).await.map_err(failed)?;
    }
    Ok(())
}

/// Prints the settings that the demo ignores, so that nobody looks for their effect.
fn print_ignored(names: &[&str]) {
    if !names.is_empty() {
        println!("\nSet, but not used by the demo: {}. `neuralbox-auth serve` uses them.", names.join(", "));
    }
}

/// Registers a website on this machine, and those of `--allow-origin`, as one public client.
async fn add_website(domain: &Domain, others: Vec<String>) -> Result<Client, String> {
    let origins: Vec<_> = std::iter::once(WEBSITE.to_owned()).chain(others).collect();
    let spec = ClientSpec {
        name: Some("My website".to_owned()),
        kind: Some(ClientKind::Public),
        redirect_uris: Some(origins.iter().map(|origin| format!("{origin}/")).collect()),
        origins: Some(origins),
        resources: Some(vec![DEMO_RESOURCE.to_owned()]),
        ..ClientSpec::default()
    };
    let issued = domain.add_client(&Admin::operator(), spec).await;
    issued.map(|issued| issued.client).map_err(|error| format!("the website of the demo was not registered: {error:?}"))
}

/// Prints a page that signs people in, ready to be saved.
fn print_websites(public_url: &str, website: &Client) {
    let all: Vec<_> = website.origins.iter().map(String::as_str).filter(|origin| *origin != WEBSITE).collect();
    let others = if all.is_empty() { String::new() } else { format!(", {}", all.join(", ")) };
    let client = &website.id;
    println!(
        "Your website: save this as index.html, run python3 -m http.server 9300 --bind 127.0.0.1 beside it, and open {WEBSITE}/

  <!DOCTYPE html><title>My website</title>
  <h1 id=\"who\">Who are you?</h1>
  <script src=\"{public_url}/embed.js\" data-client=\"{client}\"></script>
  <script>
  document.addEventListener(\"neuralbox:signin\", (event) => {{ who.textContent = `Hello, ${{event.detail.user.name}}!`; }});
  document.addEventListener(\"neuralbox:signout\", () => {{ who.textContent = \"Who are you?\"; }});
  </script>

Pages of http://localhost, at any port{others}, may also call {public_url}/api/v2 with credentials: \"include\".
docs/embedding.md is the guide; examples/ has backends (data-resource=\"{DEMO_RESOURCE}\").
Other programs sign people in, too: ISSUER={public_url} examples/cli-login.sh, then /apps in the chat.

Press Ctrl-C to stop.
"
    );
}

fn print_addresses(public_url: &str, telegram_url: &str) {
    println!(
        "
NeuralBox Auth demo. Everything runs on this machine and is deleted when you stop it.

  Chat with the bot       {telegram_url}/
  Sign in on the web      {public_url}/web
  Emails sent             {telegram_url}/outbox
  A signed widget object  {telegram_url}/widget
  API documentation       {public_url}/docs

Try it: in the chat, as Ivan (VIP), send /newkey laptop and copy the key. Then

  curl -i -H \"Authorization: Bearer $KEY\" {public_url}/api/v2/auth/verify

returns 200. Revoke the key in the chat (/keys), and the same request returns 401 immediately. As Ada (admin), send
/plan 1001 free and tap Replace: it returns 403 Insufficient plan. /broadcast messages everyone: check their chats.
As Olga (Free), send /plans, choose VIP and pay with pretend Stars.
"
    );
}
