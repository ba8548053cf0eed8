//! Command line and environment. Every invalid setting is reported at start, and no secret is printed.

use crate::program::{Names, TOKEN, Telegram};

#[test]
fn help_says_what_there_is() {
    let folder = tempfile::tempdir().unwrap();
    let ran = Names::default().run(folder.path(), &["--help"]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    for word in ["serve", "demo", "sandbox", "migrate", "admin", ".env.example"] {
        assert!(ran.out.contains(word), "{word} is missing in {}", ran.out);
    }
    for command in ["serve", "demo", "sandbox", "migrate", "admin"] {
        assert_eq!(Names::default().run(folder.path(), &[command, "--help"]).code, Some(0), "{command}");
    }
    assert_eq!(Names::default().run(folder.path(), &["dance"]).code, Some(2));
    let version = Names::default().run(folder.path(), &["--version"]);
    assert_eq!(version.out.trim(), concat!("neuralbox-auth ", env!("CARGO_PKG_VERSION")));
}

#[test]
fn all_faults_of_all_names_are_reported_in_one_message() {
    let folder = tempfile::tempdir().unwrap();
    let names = Names::default()
        .with("TELEGRAM_BOT_TOKEN", "a-secret without a colon")
        .with("TELEGRAM_API_URL", "ftp://example.com")
        .with("TELEGRAM_WEBHOOK_URL", "http://example.com/hook")
        .with("TELEGRAM_WEBHOOK_SECRET", "a-secret with spaces")
        .with("TELEGRAM_LOGIN_MAX_AGE", "0")
        .with("TELEGRAM_MINIAPP_MAX_AGE", "a day")
        .with("DATABASE_URL", "mysql://user:a-secret@host/name")
        .with("NEURALBOX_ADMINS", "1,ivan")
        .with("NEURALBOX_LISTEN", "8080")
        .with("NEURALBOX_PUBLIC_URL", "http://example.com")
        .with("NEURALBOX_JWT_SECRET", "a-secret-too-short")
        .with("NEURALBOX_ALLOWED_ORIGINS", "https://example.com/path")
        .with("NEURALBOX_TRUSTED_PROXIES", "10.0.0.0/99")
        .with("NEURALBOX_PLANS_FILE", "nowhere.toml")
        .with("SMTP_URL", "imap://user:a-secret@mail.example.com")
        .with("MAIL_FROM", "no-reply")
        .with("NEURALBOX_LOG", "xml")
        .with("NEURALBOX_PUBLIC_URI", "https://example.com")
        .with("NEURALBOX_DANCE", "yes");
    let ran = names.run(folder.path(), &[]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(1), ""));
    insta::assert_snapshot!(ran.err, @r#"
    neuralbox-auth: invalid settings:
      NEURALBOX_DANCE: unknown setting
      NEURALBOX_PUBLIC_URI: unknown setting, did you mean NEURALBOX_PUBLIC_URL?
      TELEGRAM_BOT_TOKEN: expected a bot token (123456:ABC…), got another form
      TELEGRAM_API_URL: expected an https:// or http:// URL, got ftp://
      TELEGRAM_WEBHOOK_URL: expected https:// (http:// only for localhost), got http://example.com
      TELEGRAM_WEBHOOK_SECRET: expected 1 to 256 of A-Z a-z 0-9 _ -, got others or more
      TELEGRAM_LOGIN_MAX_AGE: expected a positive number of seconds, got "0"
      TELEGRAM_MINIAPP_MAX_AGE: expected a positive number of seconds, got "a day"
      NEURALBOX_ADMINS: expected Telegram ids, got "ivan"
      DATABASE_URL: expected sqlite://FILE or postgres://USER:PASSWORD@HOST/NAME, got another form
      NEURALBOX_LISTEN: expected an address like 127.0.0.1:8080, got "8080"
      NEURALBOX_PUBLIC_URL: expected https:// (http:// only for localhost), got http://example.com
      NEURALBOX_JWT_SECRET: expected at least 32 bytes (`openssl rand -base64 48` makes 64), got 18
      NEURALBOX_ALLOWED_ORIGINS: expected an origin like https://example.com without a path, got "https://example.com/path"
      NEURALBOX_TRUSTED_PROXIES: expected a network like 10.0.0.0/8, got "10.0.0.0/99"
      NEURALBOX_PLANS_FILE: expected a readable file, got "nowhere.toml": No such file or directory (os error 2)
      SMTP_URL: expected smtps://… or smtp://…, got another scheme
      MAIL_FROM: expected an address like NeuralBox <no-reply@example.com>, got "no-reply"
      NEURALBOX_LOG: expected text or json, got "xml"
    Every setting is explained in .env.example.
    "#);
    assert!(!ran.err.contains("a-secret"), "{}", ran.err);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is created while settings are invalid");
}

#[test]
fn settings_of_identity_providers_are_explained() {
    let folder = tempfile::tempdir().unwrap();
    let ran = Names::default()
        .with("TELEGRAM_BOT_TOKEN", TOKEN)
        .with("GOOGLE_CLIENT_ID", "nb-client")
        .with("GOOGLE_ISSUER_URL", "http://accounts.google.com")
        .with("GOOGLE_REDIRECT_URIS", "https://example.com/back, http://example.com/back")
        .with("TELEGRAM_OIDC_CLIENT_SECRET", "a-secret with spaces")
        .with("TELEGRAM_OIDC_ISSUER_URL", "https://oauth.telegram.org?a=b")
        .with("TELEGRAM_MINIAPP_BOTS", &format!("7342037359, {}", TOKEN.split(':').next().unwrap()))
        .with("TELEGRAM_WEBHOOK_URL", "https://example.com/auth/google/callback")
        .run(folder.path(), &["migrate"]);
    assert_eq!(ran.code, Some(1));
    insta::assert_snapshot!(ran.err, @r#"
    neuralbox-auth: invalid settings:
      TELEGRAM_WEBHOOK_URL: expected a path of its own, of letters, digits, / - _ . ~ (such as /telegram), got another path
      GOOGLE_CLIENT_SECRET: expected a value because GOOGLE_CLIENT_ID is set, got nothing
      GOOGLE_ISSUER_URL: expected https:// (http:// only for localhost), got http://accounts.google.com
      GOOGLE_REDIRECT_URIS: expected https:// (http:// only for localhost), got http://example.com (in "http://example.com/back")
      TELEGRAM_OIDC_CLIENT_SECRET: expected visible ASCII characters without spaces, got others
      TELEGRAM_OIDC_CLIENT_ID: expected a value because TELEGRAM_OIDC_CLIENT_SECRET is set, got nothing
      TELEGRAM_OIDC_ISSUER_URL: expected only scheme, host, port and path, got more
      TELEGRAM_MINIAPP_BOTS: expected ids of other bots, got this bot's own id 1000000001
    Every setting is explained in .env.example.
    "#);
    assert!(!ran.err.contains("a-secret"), "{}", ran.err);
}

#[test]
fn required_settings_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let ran = Names::default().run(folder.path(), &["serve"]);
    assert_eq!(ran.code, Some(1));
    insta::assert_snapshot!(ran.err, @"
    neuralbox-auth: invalid settings:
      TELEGRAM_BOT_TOKEN: expected the token from @BotFather, got nothing
    Every setting is explained in .env.example.
    ");
}

#[test]
fn a_mail_server_is_nothing_without_a_sender() {
    let folder = tempfile::tempdir().unwrap();
    let names = Names::default().with("TELEGRAM_BOT_TOKEN", TOKEN);
    for (set, value, missing) in
        [("SMTP_URL", "smtps://u:a-secret@h", "MAIL_FROM"), ("MAIL_FROM", "a@example.com", "SMTP_URL")]
    {
        let ran = names.clone().with(set, value).run(folder.path(), &["serve"]);
        assert_eq!(ran.code, Some(1), "{ran:?}");
        assert!(
            ran.err.contains(&format!("{missing}: expected a value because {set} is set, got nothing"))
                && !ran.err.contains("a-secret"),
            "{}",
            ran.err
        );
    }
}

#[test]
fn the_file_env_of_the_working_folder_is_read_below_the_environment() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join(".env"),
        "TELEGRAM_LOGIN_MAX_AGE=never\nNEURALBOX_LOG=json\nDATABASE_URL=mysql://x\n",
    )
    .unwrap();
    let ran = Names::default()
        .with("TELEGRAM_BOT_TOKEN", TOKEN)
        .with("NEURALBOX_LOG", "xml")
        .run(folder.path(), &["migrate"]);
    assert_eq!(ran.code, Some(1));
    insta::assert_snapshot!(ran.err, @r#"
    neuralbox-auth: invalid settings:
      TELEGRAM_LOGIN_MAX_AGE: expected a positive number of seconds, got "never"
      DATABASE_URL: expected sqlite://FILE or postgres://USER:PASSWORD@HOST/NAME, got another form
      NEURALBOX_LOG: expected text or json, got "xml"
    Every setting is explained in .env.example.
    "#);
}

#[test]
fn a_line_of_the_file_env_that_cannot_be_read_is_named_and_not_shown() {
    let folder = tempfile::tempdir().unwrap();
    let name = "NEURALBOX_SERVICE_TOKEN";
    for (value, problem) in [
        ("'a-secret without an end", "expected a closing quote on the same line, got none"),
        ("\"a-secret", "expected a closing quote on the same line, got none"),
        ("\"a-\\\"secret\"", "expected nothing after the closing quote, got more"),
        ("a-secret #a-secret", "expected quotes around a value with # after a space"),
    ] {
        std::fs::write(folder.path().join(".env"), format!("\n# a comment\n{name}={value}\n")).unwrap();
        let ran = Names::default().with("TELEGRAM_BOT_TOKEN", TOKEN).run(folder.path(), &["migrate"]);
        assert_eq!(ran.code, Some(1), "{ran:?}");
        assert!(ran.err.contains(&format!(".env line 3, {name}: {problem}")), "{}", ran.err);
        assert!(!ran.err.contains("secret"), "{}", ran.err);
    }
}

/// Written by an editor of Windows, with characters that shells and other programs replace.
#[tokio::test(flavor = "multi_thread")]
async fn a_value_of_the_file_env_is_what_is_written() {
    let (folder, telegram) = (tempfile::tempdir().unwrap(), Telegram::start().await);
    for (round, token) in ["pa$word-${HOME}-$(id)", r"back\slash\n\\-", "a#b'c\"d`e=", "#begins-with-it", "%41&;|<>*?!"]
        .iter()
        .enumerate()
    {
        let token = format!("{token}{}", "0123456789abcdef".repeat(2));
        let written = match round % 2 {
            0 => token.clone(),
            _ if token.contains('\'') => format!("\"{token}\""),
            _ => format!("'{token}'"),
        };
        let file = format!(
            "\u{feff}# settings\r\nNEURALBOX_ADMINS=1, 2\r\nexport NEURALBOX_PLANS_FILE=\r\n\
             NEURALBOX_SERVICE_TOKEN = {written}\r\n"
        );
        std::fs::write(folder.path().join(".env"), file).unwrap();
        let program = Names::usual(&telegram.url, "sqlite://test.db").serve(folder.path());
        let ask = |token: &str| program.post("/api/v2/introspect").bearer_auth(token).form(&[("token", "x")]);
        assert_eq!(program.ask(ask(&token)).await.unwrap().0, 200, "{token}");
        assert_eq!(program.ask(ask(&token[1..])).await.unwrap().0, 401, "{token}");
    }
}

#[test]
fn a_name_in_small_letters_or_a_value_that_is_no_text_is_refused() {
    use std::os::unix::ffi::OsStrExt;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(".env"), "neuralbox_admins=1\n").unwrap();
    let ran = Names::default().with("TELEGRAM_BOT_TOKEN", TOKEN).run(folder.path(), &["migrate"]);
    assert!(ran.err.contains("neuralbox_admins: unknown setting, did you mean NEURALBOX_ADMINS?"), "{}", ran.err);
    let ran = std::process::Command::new(env!("CARGO_BIN_EXE_neuralbox-auth"))
        .env_clear()
        .env("NEURALBOX_SERVICE_TOKEN", std::ffi::OsStr::from_bytes(b"a-secret\xff"))
        .current_dir(folder.path().parent().unwrap())
        .arg("migrate")
        .output()
        .unwrap();
    let said = String::from_utf8(ran.stderr).unwrap();
    assert!(said.contains("NEURALBOX_SERVICE_TOKEN: expected UTF-8") && !said.contains("a-secret"), "{said}");
}

#[test]
fn a_database_that_cannot_be_reached_is_named_without_its_password() {
    let folder = tempfile::tempdir().unwrap();
    for url in ["postgres://user:a-secret@127.0.0.1:9/name", "sqlite:///proc/nowhere/test.db"] {
        let names = Names::usual("http://127.0.0.1:9", url).with("NEURALBOX_JWT_SECRET", &"x".repeat(32));
        let ran = names.run(folder.path(), &["serve"]);
        assert_eq!(ran.code, Some(1), "{ran:?}");
        assert!(ran.err.contains("DATABASE_URL") && !ran.err.contains("a-secret"), "{}", ran.err);
    }
}

#[test]
fn an_address_that_is_taken_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let ran = Names::usual("http://127.0.0.1:9", "sqlite://test.db")
        .with("NEURALBOX_LISTEN", &address)
        .run(folder.path(), &[]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains(&format!("NEURALBOX_LISTEN: cannot listen on {address}")), "{}", ran.err);
}
