//! Registration of clients: what an admin gives, and what a client must satisfy.

use crate::model::oauth::client::{Client, ClientAuthMethod, ClientId, ClientKind};
use crate::model::oauth::redirect_uri::{
    RedirectKind, check_link, check_origin, check_redirect_uri, check_resource, is_same_resource, redirect_kind,
};
use crate::model::oauth::scope::{Scopes, UnknownScope};
use crate::model::oauth::signing_key::SigningAlgorithm;
use crate::model::sign_in::login_widget::FieldError;
use crate::model::text::display_name;
use crate::model::time::Moment;

/// Longest name of a client.
const MAX_NAME_CHARS: usize = 64;
/// Most entries of a list.
const MAX_ENTRIES: usize = 20;
/// Scopes of a client that names none.
const DEFAULT_SCOPES: &str = "openid profile email offline_access";

/// What an admin gives to register or change a client, unchecked. `None` is the default of a new client, and leaves an
/// existing one as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientSpec {
    /// Name that people read.
    pub name: Option<String>,
    /// Addresses that receive authorization responses.
    pub redirect_uris: Option<Vec<String>>,
    /// Addresses that people come back to after signing out.
    pub post_logout_redirect_uris: Option<Vec<String>>,
    /// Origins of websites that embed our button.
    pub origins: Option<Vec<String>>,
    /// APIs that it may ask for tokens for, beside ours.
    pub resources: Option<Vec<String>>,
    /// Scopes that it may ask for, separated by spaces.
    pub scope: Option<String>,
    /// Kind of the client, which does not change.
    pub kind: Option<ClientKind>,
    /// True for a program on a person's machine.
    pub is_native: Option<bool>,
    /// True if it may use the device flow.
    pub uses_device: Option<bool>,
    /// True if people are not asked for consent.
    pub is_trusted: Option<bool>,
    /// Way in which it is told to send its secret.
    pub auth: Option<String>,
    /// Algorithm of its ID tokens.
    pub alg: Option<String>,
    /// URI of the API that it is; empty for none.
    pub serves: Option<String>,
    /// Address of its logo; empty for none.
    pub logo_uri: Option<String>,
    /// Address of its website; empty for none.
    pub home_uri: Option<String>,
}

/// APIs that clients may be given.
#[derive(Clone, Debug, Default)]
pub struct Audiences {
    /// Our own API. Every client may ask for it, and none is it.
    pub own: String,
    /// Those of the settings, and those that clients serve.
    pub others: Vec<String>,
}

impl ClientSpec {
    /// Registers a new client, or names every field that is wrong.
    pub fn register(self, id: ClientId, audiences: &Audiences, now: Moment) -> Result<Client, Vec<FieldError>> {
        let mut errors = Vec::new();
        if self.name.is_none() {
            errors.push(FieldError::new("name", "is required"));
        }
        let kind = self.kind.unwrap_or(ClientKind::Confidential);
        let auth = if kind == ClientKind::Public { ClientAuthMethod::None } else { ClientAuthMethod::Basic };
        let blank = Client {
            id,
            name: String::new(),
            kind,
            is_native: false,
            uses_device: false,
            is_trusted: false,
            auth,
            alg: SigningAlgorithm::Es256,
            redirect_uris: Vec::new(),
            post_logout_redirect_uris: Vec::new(),
            origins: Vec::new(),
            resources: Vec::new(),
            scopes: Scopes::stored(DEFAULT_SCOPES),
            serves: None,
            logo_uri: None,
            home_uri: None,
            previous_secret_until: None,
            created_at: now,
            disabled_at: None,
        };
        self.applied(blank, audiences, errors)
    }

    /// Changes a client, or names every field that is wrong.
    pub fn change(self, client: &Client, audiences: &Audiences) -> Result<Client, Vec<FieldError>> {
        let mut errors = Vec::new();
        if self.kind.is_some_and(|kind| kind != client.kind) {
            errors.push(FieldError::new("public", "cannot be changed; register another client"));
        }
        self.applied(client.clone(), audiences, errors)
    }

    fn applied(
        self,
        client: Client,
        audiences: &Audiences,
        mut errors: Vec<FieldError>,
    ) -> Result<Client, Vec<FieldError>> {
        let mut client = client;
        if let Some(name) = &self.name {
            match display_name::parse(name, MAX_NAME_CHARS) {
                Ok(name) => client.name = name,
                Err(_) => {
                    errors.push(FieldError::new("name", "must have 1 to 64 characters and no control characters"));
                }
            }
        }
        client.is_native = self.is_native.unwrap_or(client.is_native);
        client.uses_device = self.uses_device.unwrap_or(client.uses_device);
        client.is_trusted = self.is_trusted.unwrap_or(client.is_trusted);
        self.apply_words(&mut client, &mut errors);
        client.serves = optional(self.serves, client.serves);
        client.logo_uri = optional(self.logo_uri, client.logo_uri);
        client.home_uri = optional(self.home_uri, client.home_uri);
        client.redirect_uris = self.redirect_uris.unwrap_or(client.redirect_uris);
        client.post_logout_redirect_uris = self.post_logout_redirect_uris.unwrap_or(client.post_logout_redirect_uris);
        client.origins = self.origins.unwrap_or(client.origins);
        client.resources = self.resources.unwrap_or(client.resources);
        check_addresses(&client, &mut errors);
        check_audiences(&client, audiences, &mut errors);
        check_together(&client, &mut errors);
        if errors.is_empty() { Ok(client) } else { Err(errors) }
    }

    /// Applies what is one of a few words.
    fn apply_words(&self, client: &mut Client, errors: &mut Vec<FieldError>) {
        if let Some(scope) = &self.scope {
            match Scopes::parse(scope) {
                Ok(scopes) => client.scopes = scopes,
                Err(UnknownScope(name)) => {
                    errors.push(FieldError::new("scope", format!("has an unknown scope: {name}")));
                }
            }
        }
        if let Some(auth) = &self.auth {
            match ClientAuthMethod::parse(auth) {
                Some(ClientAuthMethod::None) if client.kind == ClientKind::Confidential => {
                    errors.push(FieldError::new("auth", "none is for public clients"));
                }
                Some(ClientAuthMethod::Basic | ClientAuthMethod::Post) if client.kind == ClientKind::Public => {
                    errors.push(FieldError::new("auth", "is not for public clients, which have no secret"));
                }
                Some(method) => client.auth = method,
                None => errors.push(FieldError::new("auth", "must be client_secret_basic or client_secret_post")),
            }
        }
        if let Some(alg) = &self.alg {
            match SigningAlgorithm::parse(alg) {
                Some(alg) => client.alg = alg,
                None => errors.push(FieldError::new("alg", "must be ES256 or RS256")),
            }
        }
    }
}

/// Returns the given text, nothing if it is empty, or the present one if none is given.
fn optional(given: Option<String>, present: Option<String>) -> Option<String> {
    given.map_or(present, |text| Some(text).filter(|text| !text.is_empty()))
}

fn check_addresses(client: &Client, errors: &mut Vec<FieldError>) {
    let policy = client.redirect_policy();
    let mut check_list = |field: &str, entries: &[String], check: &dyn Fn(&str) -> Result<(), &'static str>| {
        if entries.len() > MAX_ENTRIES {
            errors.push(FieldError::new(field, "must have at most 20 entries"));
        }
        let wrong = entries.iter().find_map(|entry| check(entry).err());
        errors.extend(wrong.map(|message| FieldError::new(field, message)));
    };
    let redirect = |uri: &str| check_redirect_uri(uri, policy).map(drop);
    check_list("redirect_uris", &client.redirect_uris, &redirect);
    check_list("post_logout_redirect_uris", &client.post_logout_redirect_uris, &redirect);
    check_list("origins", &client.origins, &check_origin);
    check_list("resources", &client.resources, &check_resource);
    for (field, address) in [("logo_uri", &client.logo_uri), ("home_uri", &client.home_uri)] {
        let wrong = address.as_deref().and_then(|address| check_link(address).err());
        errors.extend(wrong.map(|message| FieldError::new(field, message)));
    }
}

fn check_audiences(client: &Client, audiences: &Audiences, errors: &mut Vec<FieldError>) {
    let is_known = |resource: &String| {
        let known = audiences.others.iter().chain(&client.serves);
        known.chain([&audiences.own]).any(|other| is_same_resource(other, resource))
    };
    if !client.resources.iter().all(is_known) {
        let message = "must be in NEURALBOX_OAUTH_RESOURCES, or served by a client";
        errors.push(FieldError::new("resources", message));
    }
    let Some(serves) = &client.serves else { return };
    if let Err(message) = check_resource(serves) {
        errors.push(FieldError::new("serves", message));
    } else if client.kind == ClientKind::Public {
        errors.push(FieldError::new("serves", "is not for public clients, which have no secret"));
    } else if is_same_resource(serves, &audiences.own) {
        errors.push(FieldError::new("serves", "must not be our own API"));
    }
}

fn check_together(client: &Client, errors: &mut Vec<FieldError>) {
    let is_open = |uri: &String| redirect_kind(uri) != RedirectKind::Https;
    if client.is_trusted && client.kind == ClientKind::Public && client.redirect_uris.iter().any(is_open) {
        let message = "is not for public clients with loopback or custom addresses: any program could pose as them";
        errors.push(FieldError::new("trusted", message));
    }
    if !client.uses_codes() && !client.uses_device && client.serves.is_none() {
        errors.push(FieldError::new(
            "redirect_uris",
            "must not be empty, unless the client uses origins, device or serves",
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn audiences() -> Audiences {
        Audiences { own: "https://auth.example/api/v2".to_owned(), others: vec!["https://api.example".to_owned()] }
    }

    #[expect(clippy::unnecessary_wraps, reason = "the type of the fields")]
    fn list(entries: &[&str]) -> Option<Vec<String>> {
        Some(entries.iter().map(|entry| (*entry).to_owned()).collect())
    }

    fn spec() -> ClientSpec {
        let redirect_uris = list(&["https://app.example/cb"]);
        ClientSpec { name: Some("App".to_owned()), redirect_uris, ..ClientSpec::default() }
    }

    fn refused(spec: ClientSpec) -> String {
        let id = ClientId::parse("c_1").expect("an id");
        let errors = spec.register(id, &audiences(), Moment(0)).expect_err("refused");
        errors.into_iter().map(|error| error.field).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_website_needs_a_name_and_an_address() {
        let client = spec().register(ClientId::parse("c_1").expect("an id"), &audiences(), Moment(0)).expect("fine");
        assert_eq!(client.scopes.to_string(), "openid profile email offline_access");
        assert_eq!((client.auth, client.alg), (ClientAuthMethod::Basic, SigningAlgorithm::Es256));
        assert_eq!(refused(ClientSpec::default()), "name redirect_uris");
    }

    #[test]
    fn each_refusal_names_its_field() {
        let public = || ClientSpec { kind: Some(ClientKind::Public), ..spec() };
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(refused(ClientSpec { name: text(" "), ..spec() }), "name");
        assert_eq!(refused(ClientSpec { redirect_uris: list(&["http://app.example/"]), ..spec() }), "redirect_uris");
        assert_eq!(refused(ClientSpec { redirect_uris: list(&["com.app:/cb"]), ..spec() }), "redirect_uris");
        assert_eq!(
            refused(ClientSpec { post_logout_redirect_uris: list(&["https://*.app.example"]), ..spec() }),
            "post_logout_redirect_uris"
        );
        assert_eq!(refused(ClientSpec { origins: list(&["https://shop.example/"]), ..spec() }), "origins");
        assert_eq!(refused(ClientSpec { resources: list(&["https://other.example"]), ..spec() }), "resources");
        assert_eq!(refused(ClientSpec { scope: text("openid groups"), ..spec() }), "scope");
        assert_eq!(refused(ClientSpec { alg: text("EdDSA"), ..spec() }), "alg");
        assert_eq!(refused(ClientSpec { auth: text("client_secret_jwt"), ..spec() }), "auth");
        assert_eq!(refused(ClientSpec { auth: text("client_secret_basic"), ..public() }), "auth");
        assert_eq!(refused(ClientSpec { serves: text("https://api.example"), ..public() }), "serves");
        assert_eq!(refused(ClientSpec { serves: text("https://auth.example/api/v2"), ..spec() }), "serves");
        assert_eq!(refused(ClientSpec { logo_uri: text("http://app.example/x.png"), ..spec() }), "logo_uri");
        let local = list(&["http://localhost/cb"]);
        assert_eq!(refused(ClientSpec { is_trusted: Some(true), redirect_uris: local, ..public() }), "trusted");
    }

    #[test]
    fn a_change_replaces_lists_as_a_whole_and_keeps_the_kind() {
        let client = spec().register(ClientId::parse("c_1").expect("an id"), &audiences(), Moment(0)).expect("fine");
        let change = ClientSpec { redirect_uris: list(&["https://b.example/"]), ..ClientSpec::default() };
        let changed = change.change(&client, &audiences()).expect("fine");
        assert_eq!((changed.redirect_uris, changed.name), (vec!["https://b.example/".to_owned()], client.name.clone()));
        let change = ClientSpec { kind: Some(ClientKind::Public), ..ClientSpec::default() };
        assert_eq!(change.change(&client, &audiences()).expect_err("refused").len(), 1);
        let device = ClientSpec { redirect_uris: list(&[]), uses_device: Some(true), ..ClientSpec::default() };
        assert!(device.change(&client, &audiences()).is_ok());
    }
}
