//! Messages of the send speed of a broadcast, with its duration and price.

use crate::domain::broadcasts::price_in_tenths;
use crate::gateway::telegram::OutgoingMessage;
use crate::messages::broadcasts::card;
use crate::messages::broadcasts::editor::{Mark, choice, draft_button};
use crate::messages::callback_data::BroadcastCallback;
use crate::messages::keyboard::rows;
use crate::messages::localizer::Localizer;
use crate::messages::plain;
use crate::model::broadcasts::{Broadcast, SendSpeed};
use crate::model::text::texts::TextArg::{Count, Text};

/// Messages per second at each speed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SpeedRates {
    /// Without payment.
    pub(crate) free: i64,
    /// Paid with Stars.
    pub(crate) paid: i64,
}

/// Choice of free or paid sending, with duration and price.
pub(crate) fn speeds(localizer: &Localizer, draft: &Broadcast, count: i64, rates: SpeedRates) -> OutgoingMessage {
    let (id, stars) = (draft.id, stars(count));
    let duration = SendDuration { recipients: count, rate: rates.free };
    let time = card::length(localizer, duration.seconds());
    let values = [
        ("rate", Count(rates.free)),
        ("time", Text(&time)),
        ("count", Count(count)),
        ("fast", Count(rates.paid)),
        ("stars", Count(stars)),
    ];
    let option = |speed: SendSpeed, label: String| {
        choice(label, Mark::of(&speed, &draft.speed()), BroadcastCallback::SetSpeed(id, speed))
    };
    let keyboard = rows([
        vec![option(SendSpeed::Free, localizer.text("bot-broadcast-button-free"))],
        vec![option(SendSpeed::Paid, localizer.html("bot-broadcast-button-stars", &[("stars", Count(stars))]))],
        vec![draft_button(localizer, id)],
    ]);
    OutgoingMessage { keyboard, ..plain(localizer.html("bot-broadcast-speeds", &values)) }
}

/// Maximum price of that number of messages, in whole Stars.
pub(in crate::messages) const fn stars(count: i64) -> i64 {
    (price_in_tenths(count) + 9) / 10
}

/// Parts of the duration of a broadcast.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SendDuration {
    /// Number of messages.
    pub(crate) recipients: i64,
    /// Messages per second.
    pub(crate) rate: i64,
}

impl SendDuration {
    /// Returns the duration in seconds, rounded up.
    pub(in crate::messages) fn seconds(self) -> i64 {
        let rate = self.rate.max(1);
        (self.recipients + rate - 1) / rate
    }
}
