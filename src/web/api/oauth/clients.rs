//! Clients of the OAuth provider, for owners. Every call has its counterpart at the command line.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;

use crate::domain::Refusal;
use crate::web::WebState;
use crate::web::api::oauth::client_views::{
    ClientRequest, ClientSecretResponse, ClientView, ClientsResponse, ListedClientView, RotateClientSecretRequest,
};
use crate::web::extract::caller::{ActingAdmin, AdminCaller};
use crate::web::extract::json;
use crate::web::extract::path_id::PathText;
use crate::web::openapi::responses;
use crate::web::problem::Result;

/// List the clients of the OAuth provider.
#[utoipa::path(
    get, path = "/admin/clients", operation_id = "listClients", tag = "Clients", security(("session" = [])),
    responses(
        (status = 200, description = "Clients", body = ClientsResponse),
        responses::AdminErrors,
    )
)]
pub(crate) async fn list(
    State(web): State<WebState>,
    AdminCaller(admin): AdminCaller,
) -> Result<Json<ClientsResponse>> {
    let clients = web.domain.clients(&admin).await?;
    Ok(Json(ClientsResponse { clients: clients.into_iter().map(ListedClientView::from).collect() }))
}

/// Register a client of the OAuth provider.
#[utoipa::path(
    post, path = "/admin/clients", operation_id = "createClient", tag = "Clients", security(("session" = [])), request_body = ClientRequest,
    responses(
        (status = 201, description = "The client. This is the only response that shows its secret", body = ClientSecretResponse),
        responses::AdminErrors,
        responses::BodyErrors,
    )
)]
pub(crate) async fn create(
    State(web): State<WebState>,
    ActingAdmin(admin): ActingAdmin,
    json::JsonBody(request): json::JsonBody<ClientRequest>,
) -> Result<(StatusCode, Json<ClientSecretResponse>)> {
    if request.disabled().is_some() {
        return Err(Refusal::field("disabled", "is not known here: a new client is on").into());
    }
    let issued = web.domain.add_client(&admin, request.spec().unwrap_or_default()).await?;
    Ok((StatusCode::CREATED, Json(issued.into())))
}

/// Show a client of the OAuth provider.
#[utoipa::path(
    get, path = "/admin/clients/{id}", operation_id = "getClient", tag = "Clients", security(("session" = [])),
    params(("id" = String, Path, description = "The client's id", example = "c_3mKq9Zt0aB7xWcD2eFgH1j")),
    responses(
        (status = 200, description = "The client", body = ListedClientView),
        responses::ClientErrors,
    )
)]
pub(crate) async fn show(
    State(web): State<WebState>,
    AdminCaller(admin): AdminCaller,
    PathText(id): PathText,
) -> Result<Json<ListedClientView>> {
    Ok(Json(web.domain.client_summary(&admin, &id).await?.into()))
}

/// Change a client of the OAuth provider, or turn it off or on.
///
/// Turning it off ends its tokens.
#[utoipa::path(
    patch, path = "/admin/clients/{id}", operation_id = "updateClient", tag = "Clients", security(("session" = [])), request_body = ClientRequest,
    params(("id" = String, Path, description = "The client's id", example = "c_3mKq9Zt0aB7xWcD2eFgH1j")),
    responses(
        (status = 200, description = "The client", body = ClientView),
        responses::ClientErrors,
        responses::BodyErrors,
    )
)]
pub(crate) async fn change(
    State(web): State<WebState>,
    ActingAdmin(admin): ActingAdmin,
    PathText(id): PathText,
    json::JsonBody(request): json::JsonBody<ClientRequest>,
) -> Result<Json<ClientView>> {
    let (domain, disabled) = (&web.domain, request.disabled());
    let changed = match request.spec() {
        Some(spec) => Some(domain.change_client(&admin, &id, spec).await?),
        None => None,
    };
    let client = match (disabled, changed) {
        (Some(true), _) => domain.disable_client(&admin, &id).await?,
        (Some(false), _) => domain.enable_client(&admin, &id).await?,
        (None, Some(client)) => client,
        (None, None) => domain.client_summary(&admin, &id).await?.client,
    };
    Ok(Json(client.into()))
}

/// Remove a client of the OAuth provider for good.
///
/// Its tokens end. Its id is never used again.
#[utoipa::path(
    delete, path = "/admin/clients/{id}", operation_id = "removeClient", tag = "Clients", security(("session" = [])),
    params(("id" = String, Path, description = "The client's id", example = "c_3mKq9Zt0aB7xWcD2eFgH1j")),
    responses(
        (status = 204, description = "Removed"),
        responses::ClientErrors,
    )
)]
pub(crate) async fn remove(
    State(web): State<WebState>,
    ActingAdmin(admin): ActingAdmin,
    PathText(id): PathText,
) -> Result<StatusCode> {
    web.domain.remove_client(&admin, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Issue a new secret of a client.
///
/// The current secret stays valid for a grace period.
#[utoipa::path(
    post, path = "/admin/clients/{id}/rotate-secret", operation_id = "rotateClientSecret", tag = "Clients", security(("session" = [])),
    request_body = Option<RotateClientSecretRequest>,
    params(("id" = String, Path, description = "The client's id", example = "c_3mKq9Zt0aB7xWcD2eFgH1j")),
    responses(
        (status = 200, description = "The client. This is the only response that shows its secret", body = ClientSecretResponse),
        responses::ClientErrors,
        responses::BodyErrors,
    )
)]
pub(crate) async fn rotate_secret(
    State(web): State<WebState>,
    ActingAdmin(admin): ActingAdmin,
    PathText(id): PathText,
    json::OptionalJson(request): json::OptionalJson<RotateClientSecretRequest>,
) -> Result<Json<ClientSecretResponse>> {
    Ok(Json(web.domain.rotate_client_secret(&admin, &id, request.grace()).await?.into()))
}
