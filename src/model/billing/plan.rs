//! Plans, read from `plans.toml` or the file that `NEURALBOX_PLANS_FILE` names.

use std::collections::HashSet;

use serde::Deserialize;

use crate::model::billing::product::{
    MAX_PLAN_STARS, MAX_TITLE_CHARS, Product, ProductKey, TokenPack, Trial, is_id, is_title,
};

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
    /// Price of thirty days in Telegram Stars; 0 is not sold.
    pub stars: u32,
}

/// All plans in file order. The first is the base plan: accounts start with it and fall back to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plans {
    base: Plan,
    above: Vec<Plan>,
    packs: Vec<TokenPack>,
    trial: Option<Trial>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlansFile {
    plan: Vec<Plan>,
    #[serde(default)]
    pack: Vec<TokenPack>,
    trial: Option<Trial>,
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
        check_packs(&file.pack)?;
        let PlansFile { plan, pack: packs, trial } = file;
        let mut plans = plan.into_iter();
        let base = plans.next().ok_or("expected at least one [[plan]], got none")?;
        if base.stars > 0 {
            return Err(format!("plan `{}`: the first plan is everyone's, so its stars must be 0", base.id));
        }
        let plans = Self { base, above: plans.collect(), packs, trial };
        plans.check_trial()?;
        Ok(plans)
    }

    /// Returns the same plans with a trial.
    #[must_use]
    pub fn with_trial(self, trial: Trial) -> Self {
        Self { trial: Some(trial), ..self }
    }

    /// Returns the packs of tokens that are sold, in file order.
    #[must_use]
    pub fn packs(&self) -> &[TokenPack] {
        &self.packs
    }

    /// Returns the trial, if one is offered.
    #[must_use]
    pub const fn trial(&self) -> Option<&Trial> {
        self.trial.as_ref()
    }

    /// True if anything has a price.
    #[must_use]
    pub fn are_sold(&self) -> bool {
        !self.packs.is_empty() || self.iter().any(|plan| plan.stars > 0)
    }

    /// Returns a product that is sold; `None` without one.
    #[must_use]
    pub fn product(&self, key: &ProductKey) -> Option<Product> {
        match key {
            ProductKey::Plan(id) => self.get(id).filter(|plan| plan.stars > 0).cloned().map(Product::Plan),
            ProductKey::Pack(id) => self.packs.iter().find(|pack| pack.id == *id).cloned().map(Product::Pack),
        }
    }

    /// Returns every product that is sold: plans, then packs, in file order.
    pub fn products(&self) -> impl Iterator<Item = Product> {
        let plans = self.iter().filter(|plan| plan.stars > 0).cloned().map(Product::Plan);
        plans.chain(self.packs.iter().cloned().map(Product::Pack))
    }

    fn check_trial(&self) -> Result<(), String> {
        let Some(trial) = &self.trial else { return Ok(()) };
        trial.check()?;
        match self.place(&trial.plan) {
            0 => Err(format!("trial: plan `{}` must be a plan above the first", trial.plan.escape_debug())),
            _ => Ok(()),
        }
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

    /// Returns the title of a plan for people; the id of a plan that no longer exists.
    #[must_use]
    pub fn title<'a>(&'a self, id: &'a str) -> &'a str {
        self.get(id).map_or(id, |plan| &plan.title)
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
    if !is_id(id) {
        return Err(format!("plan id `{}`: use 1 to 32 of a-z, 0-9, - and _", id.escape_debug()));
    }
    if !is_title(&plan.title, 64) {
        return Err(format!("plan `{id}`: title must have 1 to 64 characters"));
    }
    if plan.stars > MAX_PLAN_STARS {
        return Err(format!("plan `{id}`: stars must be at most {MAX_PLAN_STARS}, which is Telegram's limit"));
    }
    if plan.stars > 0 && plan.title.chars().count() > MAX_TITLE_CHARS {
        return Err(format!("plan `{id}`: the title of a plan with a price must have at most 32 characters"));
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

fn check_packs(packs: &[TokenPack]) -> Result<(), String> {
    let mut ids = HashSet::new();
    for pack in packs {
        pack.check()?;
        if !ids.insert(&pack.id) {
            return Err(format!("pack `{}` is defined twice", pack.id));
        }
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

    #[test]
    fn prices_packs_and_trial_are_checked() {
        let with = |more: &str| Plans::parse(&format!("{}\n{more}", Plans::SHIPPED));
        let pack = "[[pack]]\nid='p'\ntitle='P'\ntokens=1\nstars=1\n";
        let plans = with(&format!("{pack}[trial]\nplan='vip'\ndays=3")).expect("valid");
        assert_eq!(plans.trial().map(|trial| trial.days), Some(3));
        assert!(plans.are_sold() && plans.packs().iter().any(|pack| pack.id == "p"));
        assert!(with(&format!("{pack}{pack}")).expect_err("refused").contains("defined twice"));
        assert!(with("[trial]\nplan='free'\ndays=3").expect_err("refused").contains("above the first"));
        assert!(with("[trial]\nplan='gold'\ndays=3").expect_err("refused").contains("trial"));
        let priced = |stars: u32| Plans::parse(&Plans::SHIPPED.replace("stars = 2500", &format!("stars = {stars}")));
        assert!(priced(10_000).is_ok());
        assert!(priced(10_001).expect_err("refused").contains("elite"));
        assert!(Plans::parse(&Plans::SHIPPED.replace("stars = 0", "stars = 1")).expect_err("refused").contains("free"));
    }
}
