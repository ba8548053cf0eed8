//! dev
pub mod model;
pub mod store;
pub mod gateway;
pub mod domain;
pub mod web;
pub mod telemetry;
