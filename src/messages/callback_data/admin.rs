//! Callback data of admin buttons about people. The handler checks again that the sender is an admin.

use crate::model::accounts::account::AccountId;
use crate::model::admin_action::AdminActionId;
use crate::model::text::name_search::NameQuery;

/// Meaning of a tap on an admin button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AdminCallback {
    /// Opens the admin's menu.
    Home,
    /// Asks for a person to look up.
    Find,
    /// Shows the next people of a search.
    FindNext(NextPeople),
    /// Shows the statistics.
    Stats,
    /// Shows the card of an account.
    User(AccountId),
    /// Offers the plans for an account.
    UserPlans(AccountId),
    /// Asks for confirmation before the plan is changed.
    AskPlan(PlanChoice),
    /// Asks for confirmation before the time that is left of the plan is replaced.
    AskReplace(PlanChoice),
    /// Asks for the number of tokens to grant.
    AskGrant(AccountId),
    /// Asks for a message to the person.
    AskMessage(AccountId),
    /// Asks for confirmation before the account is banned.
    AskBan(AccountId),
    /// Asks for confirmation before a ban is lifted.
    AskUnban(AccountId),
    /// Confirms a requested action.
    Confirm(AdminActionId),
    /// Cancels a requested action.
    Cancel(AdminActionId),
    /// Undoes a performed action, by its entry in the audit log.
    Undo(i64),
}

/// Continuation of a search by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NextPeople {
    /// Account before which the next people are.
    pub(crate) before: AccountId,
    /// Part of the name.
    pub(crate) query: NameQuery,
}

/// Plan that a button offers for an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PlanChoice {
    /// Account to change.
    pub(crate) account: AccountId,
    /// Id of the plan.
    pub(crate) plan: String,
    /// Days until the plan ends; `None` for no end date.
    pub(crate) days: Option<u32>,
}

impl AdminCallback {
    /// Encodes the part after the format prefix.
    pub(super) fn encode(&self) -> String {
        match self {
            Self::Home => "admin".to_owned(),
            Self::Find => "find".to_owned(),
            Self::FindNext(NextPeople { before, query }) => format!("fn:{before}:{}", query.as_str()),
            Self::Stats => "stats".to_owned(),
            Self::User(id) => format!("user:{id}"),
            Self::UserPlans(id) => format!("plans?:{id}"),
            Self::AskPlan(choice) => format!("gp:{}", choice.encode()),
            Self::AskReplace(choice) => format!("rp:{}", choice.encode()),
            Self::AskGrant(id) => format!("grant?:{id}"),
            Self::AskMessage(id) => format!("write?:{id}"),
            Self::AskBan(id) => format!("ban?:{id}"),
            Self::AskUnban(id) => format!("unban?:{id}"),
            Self::Confirm(id) => format!("act:{id}"),
            Self::Cancel(id) => format!("noact:{id}"),
            Self::Undo(entry) => format!("unact:{entry}"),
        }
    }

    /// Parses verb and object.
    pub(super) fn read(verb: &str, object: Option<&str>) -> Option<Self> {
        let account = || object?.parse().ok().map(AccountId);
        let action = || object?.parse().ok().map(AdminActionId);
        match verb {
            "admin" => object.is_none().then_some(Self::Home),
            "find" => object.is_none().then_some(Self::Find),
            "fn" => NextPeople::read(object?).map(Self::FindNext),
            "stats" => object.is_none().then_some(Self::Stats),
            "user" => account().map(Self::User),
            "plans?" => account().map(Self::UserPlans),
            "gp" => PlanChoice::read(object?).map(Self::AskPlan),
            "rp" => PlanChoice::read(object?).map(Self::AskReplace),
            "grant?" => account().map(Self::AskGrant),
            "write?" => account().map(Self::AskMessage),
            "ban?" => account().map(Self::AskBan),
            "unban?" => account().map(Self::AskUnban),
            "act" => action().map(Self::Confirm),
            "noact" => action().map(Self::Cancel),
            "unact" => object?.parse().ok().map(Self::Undo),
            _ => None,
        }
    }
}

impl PlanChoice {
    fn encode(&self) -> String {
        format!("{}:{}:{}", self.account, self.plan, self.days.unwrap_or(0))
    }

    /// Parses `42:vip:30`: account, plan and days.
    fn read(text: &str) -> Option<Self> {
        let (account, rest) = text.split_once(':')?;
        let (plan, days) = rest.split_once(':')?;
        let (account, days) = (AccountId(account.parse().ok()?), days.parse().ok()?);
        Some(Self { account, plan: plan.to_owned(), days: (days > 0).then_some(days) })
    }
}

impl NextPeople {
    /// Parses `42:ivan`: account and part of the name.
    fn read(text: &str) -> Option<Self> {
        let (before, query) = text.split_once(':')?;
        Some(Self { before: AccountId(before.parse().ok()?), query: NameQuery::parse(query)? })
    }
}
