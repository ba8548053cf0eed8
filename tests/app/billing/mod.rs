//! Tokens: charges, ledger and allowance.

mod allowance;
mod usage;
mod usage_races;
