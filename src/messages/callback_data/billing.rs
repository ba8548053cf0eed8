//! Callback data of billing buttons: plans, packs, purchases, renewal, and whom to ask. No button carries a price or
//! a charge id: the handler reads both from the store.

/// Meaning of a tap on a billing button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum BillingCallback {
    /// Shows the card of a plan, with the link to its invoice.
    Plan(String),
    /// Lists the packs of tokens.
    Packs,
    /// Shows the card of a pack, with the link to its invoice.
    Pack(String),
    /// Lists the person's purchases, newest first, before the given one if any.
    Purchases(Option<i64>),
    /// Asks for confirmation before the renewal of the subscription is cancelled.
    AskCancelRenewal,
    /// Cancels the renewal.
    CancelRenewal,
    /// Resumes the renewal.
    ResumeRenewal,
    /// Shows whom to ask.
    Support,
    /// Shows help with a payment.
    PaySupport,
    /// Shows the terms of use.
    Terms,
    /// Shows the purchases of an account to an admin.
    PurchasesOf(i64),
    /// Asks an admin for confirmation before a purchase is refunded.
    AskRefund(i64),
    /// Refunds a purchase.
    Refund(i64),
}

impl BillingCallback {
    /// Encodes the part after the format prefix.
    pub(super) fn encode(&self) -> String {
        match self {
            Self::Plan(id) => format!("buyplan:{id}"),
            Self::Packs => "packs".to_owned(),
            Self::Pack(id) => format!("buypack:{id}"),
            Self::Purchases(before) => format!("purchases:{}", before.unwrap_or(0)),
            Self::AskCancelRenewal => "norenew?".to_owned(),
            Self::CancelRenewal => "norenew".to_owned(),
            Self::ResumeRenewal => "renew".to_owned(),
            Self::Support => "support".to_owned(),
            Self::PaySupport => "paysupport".to_owned(),
            Self::Terms => "terms".to_owned(),
            Self::PurchasesOf(account) => format!("bought:{account}"),
            Self::AskRefund(purchase) => format!("refund?:{purchase}"),
            Self::Refund(purchase) => format!("refund:{purchase}"),
        }
    }

    /// Parses verb and object.
    pub(super) fn read(verb: &str, object: Option<&str>) -> Option<Self> {
        let text = || object.map(ToOwned::to_owned);
        let number = || object?.parse().ok();
        match verb {
            "buyplan" => text().map(Self::Plan),
            "packs" => Some(Self::Packs),
            "buypack" => text().map(Self::Pack),
            "purchases" => number().map(|before: i64| Self::Purchases((before > 0).then_some(before))),
            "norenew?" => Some(Self::AskCancelRenewal),
            "norenew" => Some(Self::CancelRenewal),
            "renew" => Some(Self::ResumeRenewal),
            "support" => Some(Self::Support),
            "paysupport" => Some(Self::PaySupport),
            "terms" => Some(Self::Terms),
            "bought" => number().map(Self::PurchasesOf),
            "refund?" => number().map(Self::AskRefund),
            "refund" => number().map(Self::Refund),
            _ => None,
        }
    }
}
