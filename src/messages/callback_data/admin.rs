//! Callback data of admin buttons about people. The handler checks again that the sender is an admin.

use crate::model::accounts::account::AccountId;
use crate::model::admin_action::AdminActionId;

/// Meaning of a tap on an admin button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AdminCallback {
    /// Shows the card of an account.
    User(AccountId),
    /// Offers the plans for an account.
    UserPlans(AccountId),
    /// Asks for confirmation before the plan is changed.
    AskPlan(PlanChoice),
    /// Asks for confirmation before the account is banned.
    AskBan(AccountId),
    /// Asks for confirmation before a ban is lifted.
    AskUnban(AccountId),
    /// Confirms a requested action.
    Confirm(AdminActionId),
    /// Cancels a requested action.
    Cancel(AdminActionId),
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
            Self::User(id) => format!("user:{id}"),
            Self::UserPlans(id) => format!("plans?:{id}"),
            Self::AskPlan(PlanChoice { account, plan, days }) => format!("gp:{account}:{plan}:{}", days.unwrap_or(0)),
            Self::AskBan(id) => format!("ban?:{id}"),
            Self::AskUnban(id) => format!("unban?:{id}"),
            Self::Confirm(id) => format!("act:{id}"),
            Self::Cancel(id) => format!("noact:{id}"),
        }
    }

    /// Parses verb and object.
    pub(super) fn read(verb: &str, object: Option<&str>) -> Option<Self> {
        let account = || object?.parse().ok().map(AccountId);
        let action = || object?.parse().ok().map(AdminActionId);
        match verb {
            "user" => account().map(Self::User),
            "plans?" => account().map(Self::UserPlans),
            "gp" => read_plan(object?),
            "ban?" => account().map(Self::AskBan),
            "unban?" => account().map(Self::AskUnban),
            "act" => action().map(Self::Confirm),
            "noact" => action().map(Self::Cancel),
            _ => None,
        }
    }
}

/// Parses `42:vip:30`: account, plan and days.
fn read_plan(text: &str) -> Option<AdminCallback> {
    let (account, rest) = text.split_once(':')?;
    let (plan, days) = rest.split_once(':')?;
    let (account, days) = (AccountId(account.parse().ok()?), days.parse().ok()?);
    Some(AdminCallback::AskPlan(PlanChoice { account, plan: plan.to_owned(), days: (days > 0).then_some(days) }))
}
