//! OAuth 2.1 and OpenID Connect provider, as clients and people use it.

mod account_ends;
mod apps;
mod attacks;
mod authorize;
mod certified_client;
mod clients;
mod consent;
mod cors;
mod device;
mod device_in_chat;
mod discovery;
mod in_browser;
mod instances;
mod introspect;
mod keys;
mod logout;
mod refresh;
mod revoke;
mod scopes;
mod sign_in;
mod token;
mod userinfo;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use neuralbox_auth::domain::admin::access::Admin;
use neuralbox_auth::model::oauth::client::ClientKind;
use neuralbox_auth::model::oauth::client_spec::ClientSpec;
use reqwest::Method;
use reqwest::header::AUTHORIZATION;
use serde_json::Value;
use telegram_sandbox::Person;
use url::Url;
use url::form_urlencoded::Serializer;

use crate::pages::{Reader, between, check, leads_to};
use crate::support::{Answer, App, ask};

/// Verifier and challenge of RFC 7636, appendix B.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
/// Redirect URI of every client.
pub const CALLBACK: &str = "https://app.example/callback";
/// Scopes that [`client`] may ask for.
pub const ALL_SCOPES: &str = "openid profile email offline_access keys:read keys:write usage:read";

/// A registered client.
#[derive(Clone, Debug)]
pub struct TestClient {
    pub id: String,
    /// Secret, if it is confidential.
    pub secret: Option<String>,
}

impl TestClient {
    /// Adds the credentials to the parameters of a form.
    pub fn form(&self, parameters: &[(&str, &str)]) -> String {
        let mut form = Serializer::new(String::new());
        form.extend_pairs(parameters).append_pair("client_id", &self.id);
        if let Some(secret) = &self.secret {
            form.append_pair("client_secret", secret);
        }
        form.finish()
    }

    /// Value of `Authorization` of a confidential client.
    pub fn basic(&self) -> String {
        format!("Basic {}", STANDARD.encode(format!("{}:{}", self.id, self.secret.as_deref().unwrap_or_default())))
    }
}

/// Registers a client.
pub async fn register(app: &App, spec: ClientSpec) -> TestClient {
    let name = spec.name.or(Some("Grafana".to_owned()));
    let issued = app.domain.add_client(&Admin::operator(), ClientSpec { name, ..spec }).await.expect("a client");
    TestClient { id: issued.client.id.to_string(), secret: issued.secret.map(|secret| secret.reveal().to_owned()) }
}

/// Registration of a confidential client with every scope.
pub fn website() -> ClientSpec {
    ClientSpec {
        redirect_uris: Some(vec![CALLBACK.to_owned()]),
        scope: Some(ALL_SCOPES.to_owned()),
        ..ClientSpec::default()
    }
}

/// Registers a confidential client with every scope.
pub async fn client(app: &App) -> TestClient {
    register(app, website()).await
}

/// Registers a public client with every scope.
pub async fn public_client(app: &App) -> TestClient {
    register(app, ClientSpec { kind: Some(ClientKind::Public), ..website() }).await
}

/// Address of an authorization request; `more` replaces and adds parameters, and an empty value leaves one out.
pub fn request(client: &TestClient, more: &[(&str, &str)]) -> String {
    let usual = [
        ("client_id", client.id.as_str()),
        ("redirect_uri", CALLBACK),
        ("response_type", "code"),
        ("scope", "openid profile"),
        ("state", "s t&ate=✓"),
        ("nonce", "n-1"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    let kept = usual.into_iter().filter(|(name, _)| !more.iter().any(|(other, _)| other == name));
    let all = kept.chain(more.iter().copied()).filter(|(_, value)| !value.is_empty());
    format!("/oauth2/authorize?{}", Serializer::new(String::new()).extend_pairs(all).finish())
}

/// Opens an address and follows redirects on our pages; returns the first answer that is a page or leads away.
pub async fn open(reader: &mut Reader<'_>, address: &str) -> Answer {
    let mut answer = reader.get(address).await;
    for _ in 0..8 {
        let next = answer.header("location").to_owned();
        if answer.status != 303 || !next.starts_with('/') {
            return answer;
        }
        answer = reader.get(&next).await;
    }
    panic!("redirected without end: {answer:?}");
}

/// Answers the consent page; returns the way back to the client.
pub async fn decide(reader: &mut Reader<'_>, page: &Answer, decision: &str) -> Answer {
    check(page);
    let value = |name: &str| between(&page.text, &format!("name=\"{name}\" value=\""), "\"").to_owned();
    let (request, form) = (value("request"), value("form"));
    reader.post("/web/consent", &[("request", &request), ("form", &form), ("decision", decision)]).await
}

/// Parameters of an authorization response.
#[derive(Debug)]
pub struct Response(pub Url);

impl Response {
    /// Reads the redirect to a client.
    pub fn of(answer: &Answer) -> Self {
        let address = leads_to(answer);
        assert!(address.starts_with(CALLBACK), "{address}");
        assert_eq!(answer.header("cache-control"), "no-store");
        Self(Url::parse(address).expect("an address"))
    }

    /// Value of a parameter; empty if it is missing.
    pub fn get(&self, name: &str) -> String {
        self.0.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
    }
}

/// Lets a client in, asking for consent if it must; returns the code.
pub async fn code(reader: &mut Reader<'_>, client: &TestClient, more: &[(&str, &str)]) -> String {
    let mut answer = open(reader, &request(client, more)).await;
    if answer.status == 200 {
        answer = decide(reader, &answer, "allow").await;
    }
    let code = Response::of(&answer).get("code");
    assert!(!code.is_empty(), "{answer:?}");
    code
}

/// Posts a form to an endpoint.
pub async fn post(app: &App, path: &str, body: String) -> Answer {
    ask(form(app, path, body)).await
}

/// Builds a form request to an endpoint.
pub fn form(app: &App, path: &str, body: String) -> reqwest::RequestBuilder {
    let request = reqwest::Client::new().request(Method::POST, format!("{}{path}", app.url));
    request.header("content-type", "application/x-www-form-urlencoded").body(body)
}

/// Redeems a code.
pub async fn redeem(app: &App, client: &TestClient, code: &str) -> Answer {
    let parameters =
        [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", CALLBACK), ("code_verifier", VERIFIER)];
    post(app, "/oauth2/token", client.form(&parameters)).await
}

/// Uses a refresh token.
pub async fn refresh(app: &App, client: &TestClient, token: &str) -> Answer {
    let parameters = [("grant_type", "refresh_token"), ("refresh_token", token)];
    post(app, "/oauth2/token", client.form(&parameters)).await
}

/// Signs a person in to a client with these scopes; returns the token response.
pub async fn tokens(app: &App, person: &Person, client: &TestClient, scope: &str) -> Value {
    let mut reader = Reader::signed_in(app, person, "en").await;
    let code = code(&mut reader, client, &[("scope", scope)]).await;
    let answer = redeem(app, client, &code).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

/// Text of a field of a token response.
pub fn text<'t>(tokens: &'t Value, field: &str) -> &'t str {
    tokens[field].as_str().unwrap_or_else(|| panic!("no {field} in {tokens}"))
}

/// Calls with a bearer token.
pub async fn with_token(app: &App, method: Method, path: &str, token: &str) -> Answer {
    ask(reqwest::Client::new().request(method, format!("{}{path}", app.url)).bearer_auth(token)).await
}

/// Formats an error of an endpoint, `400 invalid_grant`, and asserts its shape (RFC 6749, section 5.2).
pub fn error(answer: &Answer) -> String {
    assert_eq!(answer.header("content-type"), "application/json", "{answer:?}");
    assert_eq!(answer.header("cache-control"), "no-store", "{answer:?}");
    let body = answer.json();
    let fields: Vec<_> = body.as_object().expect("an object").keys().collect();
    assert_eq!(fields, ["error", "error_description"], "{answer:?}");
    let description = body["error_description"].as_str().expect("a description");
    // RFC 6749 allows these characters.
    let is_allowed = |c: char| matches!(c, ' '..='~') && c != '"' && c != '\\';
    assert!(!description.is_empty() && description.chars().all(is_allowed), "{description}");
    format!("{} {}", answer.status, body["error"].as_str().expect("a code"))
}

/// Header and claims of a JWT, unchecked.
pub fn parts(jwt: &str) -> (Value, Value) {
    let read = |part: &str| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).expect("base64url")).expect("JSON");
    let mut parts = jwt.split('.');
    (read(parts.next().expect("a header")), read(parts.next().expect("claims")))
}

/// Request with Basic.
pub fn by_basic(request: reqwest::RequestBuilder, client: &TestClient) -> reqwest::RequestBuilder {
    request.header(AUTHORIZATION, client.basic())
}
