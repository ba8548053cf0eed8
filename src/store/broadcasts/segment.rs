//! Segments: one predicate both counts and enqueues the recipients of a broadcast.
//!
//! Each condition of a segment has a weight: 1, 2, 4 …. A person's weights add up to the index of a table that tells, for
//! every combination of conditions, if the segment selects it. So one statement judges any combination exactly, at one
//! moment.

use serde_json::json;

use crate::model::billing::plan::Plans;
use crate::model::broadcasts::Segment;
use crate::model::notices::category::Category;
use crate::model::text::language::Language;
use crate::model::time::Moment;
use crate::store::engine::db::{BindValue, list};
use crate::store::{Result, Store};

/// Everybody in the segment who is reachable and has not opted out. `$1` to `$7` are those of [`SegmentFilter`].
///
/// People who only used the login widget never started the bot, so `last_seen_at` is null. A condition that is null, such
/// as the end of a plan without one, is not met.
macro_rules! reached {
    () => {
        " from identity i join account a on a.id = i.account_id
          where i.kind = 'telegram' and i.last_seen_at is not null and i.unreachable_at is null and a.banned_at is null
            and not exists (select 1 from notice_opt_out o where o.account_id = a.id and o.category = $1)
            and substr($5, 1 + cast(coalesce((
              select sum(case when
                case c.kind
                when 'plan_ends' then a.plan_until > $2 and a.plan_until <= $2 + c.number
                when 'balance_under' then a.token_balance < c.number
                when 'active_within' then
                  i.last_seen_at > $2 - c.number
                  or exists (select 1 from session s where s.account_id = a.id and s.last_seen_at > $2 - c.number)
                  or exists (select 1 from api_key k where k.account_id = a.id and k.last_used_at > $2 - c.number)
                else c.weight || ' ' || case c.kind
                  when 'plans' then
                    case when a.plan_until <= $2 or a.plan not in (select value ->> 'id' from json_each($6)) then $7
                         else a.plan end
                  when 'language' then coalesce(a.language, i.telegram_language, 'en')
                  else i.subject end in (select value ->> 'id' from json_each($4))
                end then c.weight else 0 end)
              from (select value ->> 'kind' as kind, cast(value ->> 'weight' as bigint) as weight,
                      cast(value ->> 'number' as bigint) as number from json_each($3)) c), 0) as integer), 1) = '1'"
    };
}
pub(super) use reached;

const DAY_SECS: i64 = 86_400;

/// Parameters of the predicate for a segment at a given time.
#[derive(Clone, Debug)]
pub struct SegmentFilter {
    category: &'static str,
    now: Moment,
    /// Conditions with their weights and their seconds or tokens, as JSON.
    conditions: String,
    /// Plans, languages and Telegram ids that the conditions name, each after the weight of its condition, as JSON.
    names: String,
    /// For each sum of weights, `1` if the segment selects such people.
    table: String,
    /// All configured plans, as JSON. An account with an unknown plan counts under the base plan.
    plans: String,
    base: String,
}

impl SegmentFilter {
    /// Selects the members of a segment at `now` who have not opted out of `category`.
    pub fn new(segment: &Segment, category: Category, plans: &Plans, now: Moment) -> Result<Self> {
        let conditions = segment.conditions();
        let weighted = || conditions.iter().enumerate().map(|(place, condition)| (1_i64 << place, *condition));
        let rows = weighted().map(|(weight, condition)| {
            let ConditionRow { kind, number } = ConditionRow::of(condition);
            json!({ "kind": kind, "weight": weight, "number": number })
        });
        let named = weighted().flat_map(|(weight, condition)| {
            names(condition).into_iter().map(move |name| json!({ "id": format!("{weight} {name}") }))
        });
        let known = plans.iter().map(|plan| json!({ "id": plan.id }));
        let (table, base) = (selection_table(segment, &conditions), plans.base().id.clone());
        let (category, conditions) = (category.as_str(), list(rows)?);
        Ok(Self { category, now, conditions, names: list(named)?, table, plans: list(known)?, base })
    }

    /// Values of `$1` to `$7`.
    pub(super) fn values(&self) -> [&dyn BindValue; 7] {
        let Self { category, now, conditions, names, table, plans, base } = self;
        [category, now, conditions, names, table, plans, base]
    }
}

/// Condition as the predicate reads it.
struct ConditionRow {
    kind: &'static str,
    /// Seconds or tokens; 0 for a condition by name.
    number: i64,
}

impl ConditionRow {
    fn of(condition: &Segment) -> Self {
        let days = |days: u32| i64::from(days) * DAY_SECS;
        let (kind, number) = match condition {
            Segment::Plans { .. } => ("plans", 0),
            Segment::PlanEnds { days: within } => ("plan_ends", days(*within)),
            Segment::BalanceUnder { tokens } => ("balance_under", *tokens),
            Segment::Language { .. } => ("language", 0),
            Segment::ActiveWithin { days: within } => ("active_within", days(*within)),
            // Everyone and combinations are no conditions.
            Segment::People { .. } | Segment::Everyone | Segment::All { .. } | Segment::Not { .. } => ("people", 0),
        };
        Self { kind, number }
    }
}

fn names(condition: &Segment) -> Vec<String> {
    match condition {
        Segment::Plans { plans } => plans.clone(),
        Segment::Language { language } => vec![language.code().to_owned()],
        Segment::People { ids } => ids.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    }
}

/// Table with an entry for each sum of weights, `1` or `0`.
fn selection_table(segment: &Segment, conditions: &[&Segment]) -> String {
    let entry = |sum: usize| {
        let is_met = |condition: &Segment| {
            conditions.iter().position(|known| *known == condition).is_some_and(|place| sum & (1 << place) != 0)
        };
        if segment.selects(&is_met) { '1' } else { '0' }
    };
    (0..1_usize << conditions.len()).map(entry).collect()
}

/// Number of recipients who read a language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LanguageReaders {
    /// Language in which they get messages.
    pub language: Language,
    /// Number of people.
    pub count: i64,
}

impl Store {
    /// Counts the recipients exactly.
    pub async fn count_segment(&self, reach: &SegmentFilter) -> Result<i64> {
        let (count,) = self.db.one(concat!("select count(*)", reached!()), &reach.values()).await?;
        Ok(count)
    }

    /// Counts the recipients of each language exactly. The sum is the number of recipients.
    pub async fn count_readers(&self, reach: &SegmentFilter) -> Result<Vec<LanguageReaders>> {
        let sql =
            concat!("select coalesce(a.language, i.telegram_language, 'en'), count(*)", reached!(), " group by 1");
        let found: Vec<(String, i64)> = self.db.all(sql, &reach.values()).await?;
        let readers = |language: Language| {
            let of_language = found.iter().filter(|(code, _)| Language::from_tag(code).unwrap_or_default() == language);
            LanguageReaders { language, count: of_language.map(|(_, count)| count).sum() }
        };
        Ok(Language::ALL.map(readers).to_vec())
    }
}
