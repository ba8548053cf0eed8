//! Tokens: charges, ledger and allowance. Purchases in Stars.

mod allowance;
mod free_tokens;
mod purchases;
mod usage;
mod usage_races;
