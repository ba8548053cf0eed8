//! Common parts of the OpenAPI document.

use serde_json::json;
use utoipa::OpenApi;
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, AuthorizationCode, Flow, HttpAuthScheme, HttpBuilder, OAuth2, Scopes, SecurityScheme,
};
use utoipa::openapi::{ContentBuilder, Ref, RefOr, ResponseBuilder, Server};

use crate::web::cookies::refresh;
use crate::web::cookies::site::CookieSite;
use crate::web::oauth::endpoints;
use crate::web::openapi::error_codes;
use crate::web::problem::{Problem, ProblemBody, catalog};
use crate::web::{WebSettings, verify};

/// Media type of problems (RFC 9457).
const PROBLEM_JSON: &str = "application/problem+json";

#[derive(OpenApi)]
#[openapi(
    info(
        title = "NeuralBox Auth",
        description = "Sign-in, API keys and plans. Every error is an RFC 9457 problem. Its `code` is for programs; include its `request_id` when you contact support.",
        license(name = "MIT", identifier = "MIT")
    ),
    paths(verify::verify),
    components(schemas(ProblemBody)),
    tags(
        (name = "Sign in", description = "Start a session"),
        (name = "Email accounts", description = "Register, confirm, sign in, reset a password"),
        (name = "Sessions", description = "Refresh, list and end sessions"),
        (name = "Person", description = "The signed-in person"),
        (name = "Keys", description = "Create, list, rotate and revoke API keys"),
        (name = "Apps", description = "Apps that have access to the account"),
        (name = "Usage", description = "Token balance and history"),
        (name = "Gateway", description = "Verify keys and charge usage; for your own servers"),
        (name = "Broadcasts", description = "Messages from admins to many people"),
        (name = "Administration", description = "Acts of admins on other people's accounts"),
        (name = "Clients", description = "Clients of the OAuth provider, for owners"),
        (name = "Leaks", description = "Reports of leaked keys"),
        (name = "Operations", description = "Health checks"),
    )
)]
struct Document;

/// Parts of the reference with their tags, published as `x-tagGroups`, which Redoc and Scalar read, too.
const PARTS: [(&str, &[&str]); 2] = [
    ("For people and websites", &["Sign in", "Email accounts", "Sessions", "Person", "Keys", "Usage"]),
    ("For operators", &["Gateway", "Broadcasts", "Leaks", "Operations"]),
];

/// Document without the routes of the API router, which adds them itself.
pub(crate) fn document(settings: &WebSettings) -> utoipa::openapi::OpenApi {
    let mut document = Document::openapi();
    document.servers = Some(vec![Server::new(settings.own_origin())]);
    let parts: Vec<_> = PARTS.iter().map(|(name, tags)| json!({"name": name, "tags": tags})).collect();
    document.extensions.get_or_insert_default().insert("x-tagGroups".to_owned(), parts.into());
    let components = document.components.get_or_insert_default();
    let bearer = |format: &str| {
        SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format(format).build())
    };
    components.add_security_scheme("session", bearer("JWT access token"));
    components.add_security_scheme("app", SecurityScheme::OAuth2(OAuth2::new([authorization_code(settings)])));
    components.add_security_scheme("key", bearer("nb_ API key"));
    components.add_security_scheme("service", bearer("service credential"));
    let cookie = ApiKeyValue::with_description(
        refresh::name(settings.scheme(), CookieSite::Own),
        format!(
            "Refresh cookie. Every sign-in sets it, and every refresh replaces it. Scripts cannot read it. Requests from an \
             allowed website use {} instead.",
            refresh::name(settings.scheme(), CookieSite::Embedding)
        ),
    );
    components.add_security_scheme("refresh", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    document
}

/// Way of an app to its access token, with the scopes that open calls of this API.
fn authorization_code(settings: &WebSettings) -> Flow {
    let at = |path: &str| format!("{}{path}", settings.own_origin());
    let scopes = Scopes::from_iter([
        ("profile", "Show the person"),
        ("keys:read", "List API keys"),
        ("keys:write", "Create, change and revoke API keys"),
        ("usage:read", "Read usage and balance"),
    ]);
    Flow::AuthorizationCode(AuthorizationCode::new(at(endpoints::AUTHORIZE), at(endpoints::TOKEN), scopes))
}

/// Completes the responses of every operation: errors get their body, which is a problem unless the handler names another
/// one, and `default` covers the errors that any operation may return. Adds the codes of its problems.
pub(crate) fn with_problems(mut document: utoipa::openapi::OpenApi) -> utoipa::openapi::OpenApi {
    let body = || ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    let default = ResponseBuilder::new()
        .description("Any other error, such as 400, 413, 415, 500 or 503; [/docs](/docs#problems) explains each code")
        .content(PROBLEM_JSON, body())
        .build();
    let known = catalog::every().iter().map(Problem::code).collect();
    for path in document.paths.paths.values_mut() {
        let each = [&mut path.get, &mut path.post, &mut path.patch, &mut path.delete];
        for operation in each.into_iter().flatten() {
            let responses = &mut operation.responses.responses;
            for (status, response) in responses.iter_mut() {
                if let RefOr::T(response) = response
                    && status.starts_with(['4', '5'])
                    && response.content.is_empty()
                {
                    response.content.insert(PROBLEM_JSON.to_owned(), RefOr::T(body()));
                }
            }
            responses.entry("default".to_owned()).or_insert_with(|| default.clone().into());
            error_codes::add(operation, &known);
        }
    }
    document
}
