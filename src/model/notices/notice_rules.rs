//! Rules of notices: the category, the topic, the time after which one is dropped, and the undo it offers.

use crate::model::notices::category::Category;
use crate::model::notices::notice::{AppNotice, Notice};

impl Notice {
    /// Returns the topic that it belongs to. Only an answer has one; a warning goes to the chat as such.
    #[must_use]
    pub const fn thread(&self) -> Option<i32> {
        if let Self::Reply { thread, .. } = self { *thread } else { None }
    }

    /// Returns the category, which decides about opt-out and quiet hours.
    #[must_use]
    pub const fn category(&self) -> Category {
        match self {
            Self::KeyLeaked { .. }
            | Self::KeyPosted { .. }
            | Self::RefreshTokenReused { .. }
            | Self::Linked { .. }
            | Self::Unlinked { .. }
            | Self::Merged { .. }
            | Self::PasswordChanged { .. }
            | Self::App(AppNotice::RefreshTokenReused { .. })
            | Self::BroadcastStarted { .. }
            | Self::BroadcastHeld { .. }
            | Self::BroadcastDone { .. }
            | Self::BroadcastStalled { .. }
            | Self::DeletionScheduled { .. } => Category::Security,
            Self::SignedIn { .. } | Self::App(AppNotice::SignedIn { .. }) => Category::SignIn,
            Self::KeyCreated { .. }
            | Self::KeyRotated { .. }
            | Self::App(AppNotice::KeyCreated { .. } | AppNotice::KeyRotated { .. }) => Category::Key,
            Self::KeyFromNewNetwork { .. } => Category::Network,
            Self::KeyExpires { .. } => Category::KeyExpiry,
            Self::RateLimited { .. } => Category::Limit,
            Self::BalanceLow { .. } => Category::Balance,
            Self::PlanEnds { .. } | Self::PlanEnded { .. } => Category::Plan,
            Self::AdminAction { notice } => notice.category(),
            // Receipts cannot be switched off, like answers: the person asked for them.
            Self::Purchase(_) | Self::Reply { .. } | Self::SignInApproved { .. } => Category::Reply,
        }
    }

    /// Returns the time after which the notice is dropped, in seconds.
    #[must_use]
    pub const fn lifetime_secs(&self) -> i64 {
        match self {
            // After an hour the person has asked again or lost interest.
            Self::Reply { .. } | Self::SignInApproved { .. } => 3600,
            _ => 3 * 86_400,
        }
    }

    /// Returns the notice for a recipient who may undo its change.
    #[must_use]
    pub fn with_undo(&self, id: Option<i64>) -> Self {
        let mut notice = self.clone();
        if let Self::Linked { undo, .. } | Self::Unlinked { undo, .. } | Self::Merged { undo, .. } = &mut notice {
            *undo = id;
        }
        notice
    }

    /// Returns the id of the undo that its recipient may use.
    #[must_use]
    pub const fn undo(&self) -> Option<i64> {
        match self {
            Self::Linked { undo, .. } | Self::Unlinked { undo, .. } | Self::Merged { undo, .. } => *undo,
            _ => None,
        }
    }
}
