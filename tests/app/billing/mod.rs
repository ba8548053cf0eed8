//! Tokens: charges, ledger and allowance.

mod allowance;
mod daily_usage;
mod daily_usage_in_chat;
mod free_tokens;
mod usage;
mod usage_races;
