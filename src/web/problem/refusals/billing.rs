//! Problems of plans, tokens and charges.

use axum::http::StatusCode;

use crate::domain::error::PlanUpgrade;
use crate::model::sign_in::login_widget::FieldError;
use crate::web::problem::Problem;
use crate::web::problem::refusals::requests::{conflict, invalid_fields, not_found};

pub(in crate::web::problem) fn insufficient_plan(plan: &str, with_access: &[String], upgrade: &PlanUpgrade) -> Problem {
    let next = way_to(upgrade);
    let detail = match alternatives(with_access) {
        Some(plans) => format!("API access requires {plans} plan. Yours is {plan}. {next}"),
        None => format!("No plan on offer includes API access. Yours is {plan}."),
    };
    Problem::new(StatusCode::FORBIDDEN, "Insufficient plan", "insufficient_plan", detail)
}

/// Sentence about the way to a larger plan.
pub(in crate::web::problem) fn way_to(upgrade: &PlanUpgrade) -> String {
    match upgrade {
        PlanUpgrade::Sold { page } => format!("Upgrade at {page}."),
        PlanUpgrade::Assigned { page, contact: Some(contact) } => {
            format!("Plans are assigned by {contact}. Compare them at {page}.")
        }
        PlanUpgrade::Assigned { page, contact: None } => {
            format!("Plans are assigned by the operator of this service. Compare them at {page}.")
        }
    }
}

/// Titles as alternatives, with their article: `a VIP, Elite or Team`. `None` if there are none.
fn alternatives(titles: &[String]) -> Option<String> {
    let (last, others) = titles.split_last()?;
    let first = others.first().unwrap_or(last);
    let article = if first.starts_with(['A', 'E', 'I', 'O']) { "an" } else { "a" };
    let all = if others.is_empty() { last.clone() } else { format!("{} or {last}", others.join(", ")) };
    Some(format!("{article} {all}"))
}

pub(in crate::web::problem) fn plan_not_found() -> Problem {
    invalid_fields(vec![FieldError::new("plan", "must be the id of a plan")])
}

pub(in crate::web::problem) fn insufficient_balance(balance: i64, price: i64) -> Problem {
    let detail = format!("The balance is {balance} tokens, but the request costs {price}. Nothing was charged.");
    Problem::new(StatusCode::PAYMENT_REQUIRED, "Insufficient balance", "insufficient_balance", detail)
}

pub(in crate::web::problem) fn payer_not_found() -> Problem {
    not_found("payer_not_found", "No key or user has that id. Nothing was charged.")
}

pub(in crate::web::problem) fn charge_conflict(request_id: &str) -> Problem {
    let detail = format!(
        "Request {request_id:?} was already charged to another account or at another price. Nothing was charged this \
         time. Use each request_id once."
    );
    let errors = vec![FieldError::new("request_id", "was already charged to another account or at another price")];
    conflict("charged_otherwise", detail).with_errors(errors)
}

#[cfg(test)]
mod tests {
    use super::alternatives;

    #[test]
    fn titles_read_as_a_sentence() {
        let read = |titles: &[&str]| alternatives(&titles.iter().map(|&title| title.to_owned()).collect::<Vec<_>>());
        assert_eq!(read(&[]), None);
        assert_eq!(read(&["Elite"]).as_deref(), Some("an Elite"));
        assert_eq!(read(&["VIP", "Elite"]).as_deref(), Some("a VIP or Elite"));
        assert_eq!(read(&["VIP", "Elite", "Team"]).as_deref(), Some("a VIP, Elite or Team"));
    }
}
