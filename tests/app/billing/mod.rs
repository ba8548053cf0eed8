//! Tokens: charges, ledger and allowance.

mod allowance;
mod free_tokens;
mod usage;
mod usage_races;
