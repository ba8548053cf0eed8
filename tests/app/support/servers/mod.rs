//! Services that the product talks to: fakes in this process, and real servers started by each test.

pub mod github;
pub mod oidc_client;
pub mod oidc_server;
pub mod openid;
pub mod postgres_proxy;
pub mod redis;
