//! Categories of notices and broadcasts. A person opts out of them one by one.

use serde::{Deserialize, Serialize};

/// Category of a notice or broadcast. A person can opt out of all but three: security and service, which they need to
/// know about, and replies, which they asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// Misuse or a change of what belongs to the person.
    Security,
    /// New sign-ins.
    SignIn,
    /// New and rotated keys.
    Key,
    /// Keys used from new networks.
    Network,
    /// Keys about to expire.
    KeyExpiry,
    /// Rate limit reached.
    Limit,
    /// Low token balance.
    Balance,
    /// Plan about to end, or ended.
    Plan,
    /// Deferred replies.
    Reply,
    /// Broadcasts about the service, such as an outage or new terms, and notices about what admins did to an account.
    Service,
    /// Broadcasts about the content and price of plans.
    PlanNews,
    /// Broadcasts about new features.
    ProductNews,
}

impl Category {
    /// Categories that a person can opt out of.
    pub const SWITCHABLE: [Self; 9] = [
        Self::SignIn,
        Self::Key,
        Self::Network,
        Self::KeyExpiry,
        Self::Limit,
        Self::Balance,
        Self::Plan,
        Self::PlanNews,
        Self::ProductNews,
    ];

    /// Categories of broadcasts.
    pub const BROADCAST: [Self; 3] = [Self::Service, Self::PlanNews, Self::ProductNews];

    /// Returns the stored form.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Security => "security",
            Self::SignIn => "sign_in",
            Self::Key => "key",
            Self::Network => "network",
            Self::KeyExpiry => "key_expiry",
            Self::Limit => "limit",
            Self::Balance => "balance",
            Self::Plan => "plan",
            Self::Reply => "reply",
            Self::Service => "service",
            Self::PlanNews => "plan_news",
            Self::ProductNews => "product_news",
        }
    }

    /// Reads the stored form of a broadcast category.
    #[must_use]
    pub fn of_broadcast(name: &str) -> Option<Self> {
        Self::BROADCAST.into_iter().find(|category| category.as_str() == name)
    }

    /// Reads the stored form of a category with an opt-out.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::SWITCHABLE.into_iter().find(|category| category.as_str() == name)
    }

    /// True if the recipients are fixed when a notice is written: every chat of the account. A person
    /// who takes the account over must not also take over its warnings.
    #[must_use]
    pub const fn has_fixed_recipients(self) -> bool {
        matches!(self, Self::Security | Self::SignIn | Self::Key)
    }

    /// True if a notice must not wait for the end of quiet hours: it may concern an attack in progress.
    #[must_use]
    pub const fn is_urgent(self) -> bool {
        matches!(self, Self::Security | Self::SignIn | Self::Key | Self::Network | Self::Reply)
    }
}

/// Decision of a person about a category.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CategorySwitch {
    /// Receive its notices.
    On(Category),
    /// Opt out of them.
    Off(Category),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn categories_are_read_as_they_are_stored_but_for_the_one_that_stays_on() {
        assert!(Category::SWITCHABLE.into_iter().all(|category| Category::parse(category.as_str()) == Some(category)));
        assert_eq!((Category::parse("security"), Category::parse("")), (None, None));
    }
}
