//! Device flow (RFC 8628): a program without a browser shows a code and a number; a person types the code and picks the
//! number.
//!
//! A stranger can begin it and send the code to anybody. So the code only finds the request: the number, which only the
//! device shows, authorizes it, and a wrong one denies it permanently.

pub mod approval;
pub mod authorization;
