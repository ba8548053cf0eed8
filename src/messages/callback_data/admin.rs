//! Admins' buttons about people. Who taps is looked at again.

use crate::model::accounts::account::AccountId;
use crate::model::admin_action::AdminActionId;

/// A tap on one of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AdminCallback {
    /// That person's card.
    User(AccountId),
    /// Which plan shall they have?
    UserPlans(AccountId),
    /// Give them that plan for so many days? Asks.
    AskPlan(AccountId, String, Option<u32>),
    /// Shut their account? Asks.
    AskBan(AccountId),
    /// Open it again? Asks.
    AskUnban(AccountId),
    /// Yes, do that.
    Act(AdminActionId),
    /// No, do not.
    DropAct(AdminActionId),
}

impl AdminCallback {
    /// As it stands in the button, behind the mark of the lay-out.
    pub(super) fn encode(&self) -> String {
        match self {
            Self::User(id) => format!("user:{id}"),
            Self::UserPlans(id) => format!("plans?:{id}"),
            Self::AskPlan(id, plan, days) => format!("gp:{id}:{plan}:{}", days.unwrap_or(0)),
            Self::AskBan(id) => format!("ban?:{id}"),
            Self::AskUnban(id) => format!("unban?:{id}"),
            Self::Act(id) => format!("act:{id}"),
            Self::DropAct(id) => format!("noact:{id}"),
        }
    }

    /// Reads one.
    pub(super) fn read(verb: &str, object: Option<&str>) -> Option<Self> {
        let account = || object?.parse().ok().map(AccountId);
        let act = || object?.parse().ok().map(AdminActionId);
        match verb {
            "user" => account().map(Self::User),
            "plans?" => account().map(Self::UserPlans),
            "gp" => read_plan(object?),
            "ban?" => account().map(Self::AskBan),
            "unban?" => account().map(Self::AskUnban),
            "act" => act().map(Self::Act),
            "noact" => act().map(Self::DropAct),
            _ => None,
        }
    }
}

/// `42:vip:30`
fn read_plan(text: &str) -> Option<AdminCallback> {
    let (id, rest) = text.split_once(':')?;
    let (plan, days) = rest.split_once(':')?;
    let days: u32 = days.parse().ok()?;
    Some(AdminCallback::AskPlan(AccountId(id.parse().ok()?), plan.to_owned(), (days > 0).then_some(days)))
}
