//! `admin refund` and `admin purchases`: purchases at the command line.

use clap::Subcommand;
use serde_json::{Value, json};

use crate::cli::{person, reason};
use crate::domain::admin::access::{Admin, PersonRef};
use crate::domain::billing::purchases::refunds::RefundStatus;
use crate::domain::error::Result;
use crate::domain::{Domain, ListPage};
use crate::model::billing::purchase::{PaymentChargeId, Purchase, PurchaseId};

/// Commands on purchases.
#[derive(Subcommand)]
pub(super) enum PurchasesCommand {
    /// List purchases, newest first, at most 100
    List {
        /// Telegram id, #42 (account number), @username or email address; everyone if omitted
        #[arg(value_parser = person)]
        user: Option<PersonRef>,
        /// Continue after the purchase with this number
        #[arg(long, value_name = "NUMBER")]
        after: Option<i64>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

/// Parses Telegram's id of a payment.
pub(super) fn charge(text: &str) -> std::result::Result<PaymentChargeId, String> {
    PaymentChargeId::parse(text).ok_or_else(|| "must be Telegram's id of a payment".to_owned())
}

/// Queues a refund for the running service.
pub(super) async fn refund(domain: &Domain, charge: &PaymentChargeId) -> std::result::Result<(), String> {
    let status = domain.refund(&Admin::operator(), charge).await.map_err(|error| reason(domain, &error))?;
    match status {
        RefundStatus::Refunded(purchase) => println!("{}: refunded", line(&purchase)),
        RefundStatus::Queued(purchase) => println!("{}: the service refunds it within seconds", line(&purchase)),
    }
    Ok(())
}

pub(super) async fn run_command(domain: &Domain, command: PurchasesCommand) -> std::result::Result<(), String> {
    let PurchasesCommand::List { user, after, json } = command;
    let page = list(domain, user, after.map(PurchaseId)).await.map_err(|error| reason(domain, &error))?;
    if json {
        let next = page.resume_after().map(|purchase| purchase.id);
        println!("{}", json!({"purchases": page.items.iter().map(object).collect::<Vec<_>>(), "next": next}));
        return Ok(());
    }
    for purchase in &page.items {
        println!("{}", line(purchase));
    }
    if let Some(last) = page.resume_after() {
        println!("more: --after {}", last.id);
    }
    Ok(())
}

async fn list(domain: &Domain, user: Option<PersonRef>, after: Option<PurchaseId>) -> Result<ListPage<Purchase>> {
    let admin = Admin::operator();
    match user {
        None => domain.all_purchases(&admin, after).await,
        Some(user) => {
            let account = domain.find_person(&admin, &user).await?;
            domain.purchases_of(&admin, account.id, after).await
        }
    }
}

fn line(purchase: &Purchase) -> String {
    let Purchase { id, account_id, title, stars, charge_id, created_at, .. } = purchase;
    let state = purchase.state.as_str();
    format!("{id}  {created_at}  #{account_id}  {title}  {stars} Stars  {state}  {charge_id}")
}

fn object(purchase: &Purchase) -> Value {
    let Purchase { id, account_id, title, stars, tokens, charge_id, created_at, .. } = purchase;
    json!({
        "id": id, "account_id": account_id, "title": title, "stars": stars, "tokens": tokens,
        "state": purchase.state.as_str(), "charge": charge_id, "created_at": created_at,
    })
}
