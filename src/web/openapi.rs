//! The OpenAPI 3.1 document: written beside the handlers, gathered here.

use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ContentBuilder, Ref, ResponseBuilder};
use utoipa::{Modify, OpenApi};

use crate::web::verify;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "NeuralBox Auth",
        description = "Sign-in, API keys and plans. Every error is an RFC 9457 problem with a `code` for programs and a `request_id` for us.",
        license(name = "MIT", identifier = "MIT")
    ),
    paths(verify::verify),
    modifiers(&Credentials),
    tags(
        (name = "Sign in", description = "A proof becomes a session"),
        (name = "E-mail accounts", description = "An address and a password become a session"),
        (name = "Sessions", description = "Going on, looking, ending"),
        (name = "Person", description = "Whoever is signed in"),
        (name = "Keys", description = "API keys, for their owner"),
        (name = "Usage", description = "Tokens that were given and used up"),
        (name = "Gateway", description = "May this key make a request? What does it cost? For the operator's other programs"),
        (name = "Broadcasts", description = "What admins tell many people at once; for admins"),
        (name = "Leaks", description = "Keys that were found in public"),
        (name = "Operations", description = "Alive, ready"),
    )
)]
struct Document;

struct Credentials;

impl Modify for Credentials {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_default();
        let bearer = |format: &str| {
            SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format(format).build())
        };
        components.add_security_scheme("session", bearer("JWT access token"));
        components.add_security_scheme("key", bearer("nb_ API key"));
        components.add_security_scheme("service", bearer("service credential"));
    }
}

/// The parts of the document that are not routes of the API router.
pub(crate) fn document() -> utoipa::openapi::OpenApi {
    Document::openapi()
}

/// Says of every route what is true of all: whatever else goes wrong, the answer is a problem.
pub(crate) fn with_problems(mut document: utoipa::openapi::OpenApi) -> utoipa::openapi::OpenApi {
    let body = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    let problem = ResponseBuilder::new()
        .description("Anything else that goes wrong: 400, 413, 415, 500, 503 …, each explained at `/docs`")
        .content("application/problem+json", body)
        .build();
    for path in document.paths.paths.values_mut() {
        let each = [&mut path.get, &mut path.post, &mut path.patch, &mut path.delete];
        for operation in each.into_iter().flatten() {
            operation.responses.responses.entry("default".to_owned()).or_insert_with(|| problem.clone().into());
        }
    }
    document
}
