//! API reference, rendered from the OpenAPI document.

mod examples;
mod markdown;
mod pages;
mod search;
