//! Notification preferences: categories, quiet hours and time zone.

use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::error::{Refusal, Result};
use crate::domain::rate_limits::write_limits::WriteCost;
use crate::model::notices::category::{Category, CategorySwitch};
use crate::model::notices::quiet_hours::{MAX_OFFSET_MINUTES, MIN_OFFSET_MINUTES, QuietHours};
use crate::store::notices::preferences::{SetQuietHours, SetUtcOffset, SwitchCategory};

/// Notification preferences of a person.
#[derive(Clone, Debug)]
pub struct Preferences {
    /// Categories switched off.
    pub off: Vec<Category>,
    /// Quiet hours and UTC offset.
    pub quiet: QuietHours,
}

impl Domain {
    /// Returns the caller's preferences.
    pub async fn preferences(&self, caller: &SignedIn) -> Result<Preferences> {
        let account = caller.account.id;
        let (store, quiet) = (&self.inner.store, self.inner.store.quiet_hours(account).await?);
        Ok(Preferences { off: store.switched_off(account).await?, quiet })
    }

    /// Switches a category on or off for the caller.
    pub async fn switch_category(&self, caller: &SignedIn, switch: CategorySwitch) -> Result<Preferences> {
        self.admit_chat_write(caller, WriteCost::Ordinary).await?;
        self.inner.store.write(SwitchCategory { account: caller.account.id, switch }).await?;
        self.preferences(caller).await
    }

    /// Sets the caller's quiet hours; `None` removes them.
    pub async fn set_quiet_hours(&self, caller: &SignedIn, hours: Option<(i64, i64)>) -> Result<Preferences> {
        if hours.is_some_and(|(from, to)| !(0..24).contains(&from) || !(0..24).contains(&to) || from == to) {
            return Err(Refusal::field("hours", "must be two different full hours from 0 to 23").into());
        }
        self.admit_chat_write(caller, WriteCost::Ordinary).await?;
        self.inner.store.write(SetQuietHours { account: caller.account.id, hours }).await?;
        self.preferences(caller).await
    }

    /// Sets the caller's UTC offset, in minutes ahead of UTC.
    pub async fn set_utc_offset(&self, caller: &SignedIn, ahead: i64) -> Result<Preferences> {
        if !(MIN_OFFSET_MINUTES..=MAX_OFFSET_MINUTES).contains(&ahead) {
            return Err(Refusal::field("clock", "must be from -720 to 840 minutes").into());
        }
        self.admit_chat_write(caller, WriteCost::Ordinary).await?;
        self.inner.store.write(SetUtcOffset { account: caller.account.id, offset_minutes: ahead }).await?;
        self.preferences(caller).await
    }
}
