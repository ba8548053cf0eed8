//! Account export: all data of an account as one JSON object. It is streamed in parts, so that a long history takes
//! little memory.

use std::collections::VecDeque;

use futures::stream::{self, BoxStream, StreamExt};
use serde_json::{Value, json};

use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::error::{Error, Fault, Result};
use crate::domain::oauth::apps::AuthorizedApp;
use crate::model::accounts::activity::{ActivityEntry, ActivityEvent};
use crate::model::api_key::ApiKey;
use crate::model::billing::ledger::LedgerEntry;
use crate::model::billing::purchase::{Purchase, PurchaseId};
use crate::model::time::Moment;
use crate::store::accounts::activity::AddActivity;

/// Rows of the ledger or the activity read for one part.
const ROWS_PER_PART: usize = 500;

/// Next part of the stream.
enum ExportPart {
    Text(String),
    Entries(Option<i64>),
    Purchases(Option<PurchaseId>),
    Events(Option<i64>),
}

impl Domain {
    /// Exports the caller's account, identities, sessions, apps, keys without secrets, their requests per day, ledger,
    /// purchases, activity and preferences. The parts in order form one JSON object.
    pub async fn export(&self, caller: &SignedIn) -> Result<BoxStream<'static, Result<String>>> {
        self.require_recent_sign_in(caller)?;
        let (account, by, now) = (caller.account.id, caller.by(), self.now());
        self.inner.store.write(AddActivity { account, event: ActivityEvent::Exported, by, now }).await?;
        let mut head = self.export_head(caller).await?.to_string();
        // The object stays open, because the long lists are appended to it.
        head.pop();
        let parts = VecDeque::from([
            ExportPart::Text(format!("{head},\"ledger\":[")),
            ExportPart::Entries(None),
            ExportPart::Text("],\"purchases\":[".to_owned()),
            ExportPart::Purchases(None),
            ExportPart::Text("],\"events\":[".to_owned()),
            ExportPart::Events(None),
            ExportPart::Text("]}\n".to_owned()),
        ]);
        let state = (self.clone(), caller.clone(), parts);
        Ok(stream::try_unfold(state, |(domain, caller, mut parts)| async move {
            let Some(part) = parts.pop_front() else { return Ok(None) };
            let text = domain.export_part(&caller, part, &mut parts).await?;
            Ok(Some((text, (domain, caller, parts))))
        })
        .boxed())
    }

    async fn export_head(&self, caller: &SignedIn) -> Result<Value> {
        let (store, account) = (&self.inner.store, &caller.account);
        let identities = store.identities(account.id).await?;
        let sessions = store.sessions(account.id).await?;
        let keys = store.all_keys(account.id).await?;
        let off = store.switched_off(account.id).await?;
        let quiet = store.quiet_hours(account.id).await?;
        let requests = store.daily_requests(account.id, Moment(0)).await?;
        let apps = self.apps(caller).await?;
        Ok(json!({
            "exported_at": self.now(),
            "account": {
                "id": account.id, "name": account.name, "language": account.language,
                "plan": account.plan, "plan_until": account.plan_until, "token_balance": account.token_balance,
                "created_at": account.created_at, "deletion_at": account.deletion_due_at,
            },
            "identities": identities.iter().map(|identity| {
                json!({"kind": identity.kind, "subject": identity.subject, "label": identity.label, "disabled_at": identity.disabled_at})
            }).collect::<Vec<_>>(),
            "sessions": sessions.iter().map(|session| json!({
                "id": session.id, "device": session.device, "network": session.network,
                "created_at": session.created_at, "last_seen_at": session.last_seen_at,
            })).collect::<Vec<_>>(),
            "apps": apps.iter().map(app).collect::<Vec<_>>(),
            "keys": keys.iter().map(key).collect::<Vec<_>>(),
            "requests": requests.iter().map(|usage| {
                json!({"date": usage.day.day(), "key_id": usage.key, "requests": usage.total.requests})
            }).collect::<Vec<_>>(),
            "notices": {
                "off": off.iter().map(|category| category.as_str()).collect::<Vec<_>>(),
                "quiet_from_hour": quiet.start_hour,
                "quiet_to_hour": quiet.end_hour,
                "clock_ahead_minutes": quiet.utc_offset_minutes,
            },
        }))
    }

    /// Renders a part, and queues the next one if its list continues.
    async fn export_part(
        &self,
        caller: &SignedIn,
        part: ExportPart,
        parts: &mut VecDeque<ExportPart>,
    ) -> Result<String> {
        match part {
            ExportPart::Text(text) => Ok(text),
            ExportPart::Entries(before) => {
                let page = self.ledger(caller, before, ROWS_PER_PART).await?;
                if let Some(last) = page.resume_after() {
                    parts.push_front(ExportPart::Entries(Some(last.id)));
                }
                listed(page.items.iter().map(entry), before)
            }
            ExportPart::Purchases(before) => {
                let page = self.purchases(caller, before, ROWS_PER_PART).await?;
                if let Some(last) = page.resume_after() {
                    parts.push_front(ExportPart::Purchases(Some(last.id)));
                }
                listed(page.items.iter().map(purchase), before.map(|before| before.0))
            }
            ExportPart::Events(before) => {
                let page = self.activity(caller, before, ROWS_PER_PART).await?;
                if let Some(last) = page.resume_after() {
                    parts.push_front(ExportPart::Events(Some(last.id)));
                }
                listed(page.items.iter().map(event), before)
            }
        }
    }
}

/// Renders a page of a list, with commas between the items. A page that continues after `before` begins with a comma.
fn listed(items: impl Iterator<Item = Value>, before: Option<i64>) -> Result<String> {
    let items: Vec<String> = items.map(|item| item.to_string()).collect();
    if items.is_empty() && before.is_some() {
        return Err(Error::Failed(Fault::new("a page of an export disappeared")));
    }
    Ok(format!("{}{}", if before.is_some() { "," } else { "" }, items.join(",")))
}

fn app(app: &AuthorizedApp) -> Value {
    json!({
        "client_id": app.client_id, "name": app.name, "host": app.host, "scope": app.scopes, "since": app.since,
        "last_used_at": app.last_used_at,
    })
}

fn key(key: &ApiKey) -> Value {
    json!({
        "id": key.id, "name": key.name, "masked": key.masked, "created_at": key.created_at,
        "last_used_at": key.last_use(), "expires_at": key.expires_at, "revoked_at": key.revoked_at,
        "last_network": key.last_network,
    })
}

fn entry(entry: &LedgerEntry) -> Value {
    json!({
        "id": entry.id, "tokens": entry.tokens, "balance": entry.balance, "reason": entry.reason,
        "request_id": entry.charge_id(), "key_id": entry.key_id, "created_at": entry.created_at,
    })
}

fn purchase(purchase: &Purchase) -> Value {
    json!({
        "id": purchase.id, "title": purchase.title, "stars": purchase.stars, "tokens": purchase.tokens,
        "state": purchase.state.as_str(), "telegram_id": purchase.telegram_id, "charge": purchase.charge_id,
        "period_until": purchase.period_until, "created_at": purchase.created_at, "refunded_at": purchase.refunded_at,
    })
}

fn event(entry: &ActivityEntry) -> Value {
    let (kind, details) = entry.event.as_ref().map_or_else(|| ("other".to_owned(), json!({})), ActivityEvent::parts);
    json!({
        "id": entry.id.to_string(), "made_at": entry.created_at, "kind": kind, "details": details, "by": entry.actor,
        "device": entry.device, "network": entry.network, "session": entry.session.map(|session| session.to_string()),
    })
}
