//! Plans, read from `plans.toml` or the file that `NEURALBOX_PLANS_FILE` names.

use std::collections::HashSet;

use serde::Deserialize;

/// Limit of `monthly_tokens`. Keeps a balance below 2⁶³ for centuries.
const MAX_PLAN_TOKENS: u64 = 1_000_000_000_000_000;

/// Plan: the rights and limits of an account.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Short name in the API: `vip`.
    pub id: String,
    /// Name for people: `VIP`.
    pub title: String,
    /// True if accounts on this plan may create and use API keys.
    pub api_access: bool,
    /// API requests a minute, shared by all keys of an account.
    pub requests_per_minute: u32,
    /// Limit of live keys of an account.
    pub keys: u32,
    /// Tokens granted each calendar month.
    pub monthly_tokens: u64,
    /// Monthly price in Telegram Stars; 0 is free of charge.
    pub stars: u32,
}

/// All plans in file order. The first is the base plan: accounts start with it and fall back to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plans {
    base: Plan,
    above: Vec<Plan>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlansFile {
    plan: Vec<Plan>,
}

impl Plans {
    /// Contents of the built-in `plans.toml`.
    pub const SHIPPED: &'static str = include_str!("../../../plans.toml");

    /// Reads a plans file. An error is one line.
    pub fn parse(text: &str) -> Result<Self, String> {
        let file: PlansFile = toml::from_str(text).map_err(|error| error.to_string().trim().replace('\n', " "))?;
        let mut ids = HashSet::new();
        for plan in &file.plan {
            check(plan)?;
            if !ids.insert(plan.id.clone()) {
                return Err(format!("plan `{}` is defined twice", plan.id));
            }
        }
        let mut plans = file.plan.into_iter();
        let base = plans.next().ok_or("expected at least one [[plan]], got none")?;
        Ok(Self { base, above: plans.collect() })
    }

    /// Returns the plan that accounts start with.
    #[must_use]
    pub const fn base(&self) -> &Plan {
        &self.base
    }

    /// Returns the plan with that id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Plan> {
        self.iter().find(|plan| plan.id == id)
    }

    /// Returns the index of a plan; 0, the base plan, for an unknown id.
    #[must_use]
    pub fn place(&self, id: &str) -> u16 {
        let place = self.iter().position(|plan| plan.id == id);
        place.and_then(|place| u16::try_from(place).ok()).unwrap_or(0)
    }

    /// Returns the plan at an index; the base plan for an index out of range.
    #[must_use]
    pub fn at(&self, place: u16) -> &Plan {
        let above = usize::from(place).checked_sub(1);
        above.and_then(|place| self.above.get(place)).unwrap_or(&self.base)
    }

    /// Iterates over all plans in file order.
    pub fn iter(&self) -> impl Iterator<Item = &Plan> {
        std::iter::once(&self.base).chain(&self.above)
    }
}

fn check(plan: &Plan) -> Result<(), String> {
    let id = &plan.id;
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    if id.is_empty() || id.len() > 32 || !id.chars().all(plain) {
        return Err(format!("plan id `{}`: use 1 to 32 of a-z, 0-9, - and _", id.escape_debug()));
    }
    if plan.title.trim().is_empty() || plan.title.chars().count() > 64 || plan.title.chars().any(char::is_control) {
        return Err(format!("plan `{id}`: title must have 1 to 64 characters"));
    }
    if plan.requests_per_minute == 0 {
        return Err(format!("plan `{id}`: requests_per_minute must be at least 1"));
    }
    // The balance grows every month and must not overflow.
    if plan.monthly_tokens > MAX_PLAN_TOKENS {
        return Err(format!("plan `{id}`: monthly_tokens is too large"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::Plans;

    #[test]
    fn the_shipped_plans_are_free_basic_vip_elite() {
        let plans = Plans::parse(Plans::SHIPPED).expect("the shipped plans");
        let ids: Vec<_> = plans.iter().map(|plan| (plan.id.as_str(), plan.api_access)).collect();
        assert_eq!(ids, [("free", false), ("basic", false), ("vip", true), ("elite", true)]);
    }

    #[test]
    fn a_bad_file_is_refused_by_name() {
        let plan = |fields: &str| Plans::parse(&format!("[[plan]]\n{fields}")).expect_err("refused");
        assert!(plan("id = 'x'").contains("title"));
        let whole = "title='T'\napi_access=true\nkeys=1\nmonthly_tokens=1\nstars=0\nrequests_per_minute=";
        assert!(plan(&format!("id='x y'\n{whole}1")).contains("plan id `x y`"));
        assert!(plan(&format!("id='x'\n{whole}0")).contains("requests_per_minute"));
        assert!(plan(&format!("id='x'\n{whole}1\ncolour='red'")).contains("colour"));
        assert!(Plans::parse("").expect_err("refused").contains("plan"));
    }
}
