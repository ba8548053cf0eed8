//! Tokens: charges, ledger and allowance. Purchases in Stars.

mod allowance;
mod daily_usage;
mod daily_usage_in_chat;
mod free_tokens;
mod purchases;
mod usage;
mod usage_races;
