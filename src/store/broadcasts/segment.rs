//! Segments: one predicate both counts and enqueues the recipients of a broadcast.

use serde_json::json;

use crate::model::billing::plan::Plans;
use crate::model::broadcasts::Segment;
use crate::model::notices::category::Category;
use crate::model::time::Moment;
use crate::store::engine::db::{BindValue, list};
use crate::store::{Result, Store};

/// Everybody in the segment who is reachable and has not opted out. `$1` to `$7` are those of [`SegmentFilter`].
///
/// People who only used the login widget never started the bot, so `last_seen_at` is null.
macro_rules! reached {
    () => {
        " from identity i join account a on a.id = i.account_id
          where i.kind = 'telegram' and i.last_seen_at is not null and i.unreachable_at is null and a.banned_at is null
            and not exists (select 1 from notice_opt_out o where o.account_id = a.id and o.category = $1)
            and case $3
                when 'everyone' then 1 = 1
                when 'plans' then
                  case when a.plan_until <= $2 or a.plan not in (select value ->> 'id' from json_each($6)) then $7
                       else a.plan end in (select value ->> 'id' from json_each($5))
                when 'plan_ends' then a.plan_until > $2 and a.plan_until <= $2 + $4
                when 'balance_under' then a.token_balance < $4
                when 'language' then coalesce(a.language, i.telegram_language, 'en') in
                  (select value ->> 'id' from json_each($5))
                when 'active_within' then
                  i.last_seen_at > $2 - $4
                  or exists (select 1 from session s where s.account_id = a.id and s.last_seen_at > $2 - $4)
                  or exists (select 1 from api_key k where k.account_id = a.id and k.last_used_at > $2 - $4)
                when 'people' then i.subject in (select value ->> 'id' from json_each($5))
                end"
    };
}
pub(super) use reached;

const DAY_SECS: i64 = 86_400;

/// Parameters of the predicate for a segment at a given time.
#[derive(Clone, Debug)]
pub struct SegmentFilter {
    category: &'static str,
    now: Moment,
    kind: &'static str,
    /// Seconds or tokens, depending on the kind.
    number: i64,
    /// Plans, languages or Telegram ids, as JSON.
    names: String,
    /// All configured plans, as JSON. An account with an unknown plan counts under the base plan.
    plans: String,
    base: String,
}

impl SegmentFilter {
    /// Selects the members of a segment at `now` who have not opted out of `category`.
    pub fn new(segment: &Segment, category: Category, plans: &Plans, now: Moment) -> Result<Self> {
        let days = |days: u32| i64::from(days) * DAY_SECS;
        let (kind, number) = match segment {
            Segment::Everyone => ("everyone", 0),
            Segment::Plans { .. } => ("plans", 0),
            Segment::PlanEnds { days: within } => ("plan_ends", days(*within)),
            Segment::BalanceUnder { tokens } => ("balance_under", *tokens),
            Segment::Language { .. } => ("language", 0),
            Segment::ActiveWithin { days: within } => ("active_within", days(*within)),
            Segment::People { .. } => ("people", 0),
        };
        let names: Vec<String> = match segment {
            Segment::Plans { plans } => plans.clone(),
            Segment::Language { language } => vec![language.code().to_owned()],
            Segment::People { ids } => ids.iter().map(ToString::to_string).collect(),
            _ => Vec::new(),
        };
        let ids = |ids: Vec<String>| list(ids.into_iter().map(|id| json!({ "id": id })));
        let known = plans.iter().map(|plan| plan.id.clone()).collect();
        let (names, plans, base) = (ids(names)?, ids(known)?, plans.base().id.clone());
        Ok(Self { category: category.as_str(), now, kind, number, names, plans, base })
    }

    /// Values of `$1` to `$7`.
    pub(super) fn values(&self) -> [&dyn BindValue; 7] {
        let Self { category, now, kind, number, names, plans, base } = self;
        [category, now, kind, number, names, plans, base]
    }
}

impl Store {
    /// Counts the recipients exactly.
    pub async fn count_segment(&self, reach: &SegmentFilter) -> Result<i64> {
        let (count,) = self.db.one(concat!("select count(*)", reached!()), &reach.values()).await?;
        Ok(count)
    }
}
