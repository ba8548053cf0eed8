//! Export of the recipients who certainly got no message, as CSV.

use crate::domain::Domain;
use crate::domain::admin::access::Admin;
use crate::domain::broadcasts::{FailedRecipient, MAX_PAGE_LINES};
use crate::domain::error::Result;
use crate::model::broadcasts::BroadcastId;

/// Largest number of rows in an export; there may be more failures.
pub const MAX_EXPORTED_FAILURES: usize = 100_000;

/// Header row (RFC 4180).
pub const CSV_HEADER: &str = "n,telegram_id,outcome,reason,at\r\n";

impl FailedRecipient {
    /// Formats a row of the export.
    #[must_use]
    pub fn csv_line(&self) -> String {
        let at = self.settled_at.map(|at| at.to_string()).unwrap_or_default();
        let reason = quoted(self.reason.as_deref().unwrap_or_default());
        format!("{},{},{},{reason},{at}\r\n", self.position, self.chat_id, self.state)
    }
}

/// Quotes a value. An apostrophe protects text that a spreadsheet would read as a formula.
fn quoted(value: &str) -> String {
    let mark = if value.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    format!("\"{mark}{}\"", value.replace('"', "\"\""))
}

impl Domain {
    /// Returns the first `most` recipients who certainly got no message.
    pub async fn all_failures(&self, admin: &Admin, id: BroadcastId, most: usize) -> Result<Vec<FailedRecipient>> {
        let mut all: Vec<FailedRecipient> = Vec::new();
        loop {
            let after = all.last().map_or(0, |last| last.position);
            let page = self.broadcast_failures(admin, id, after, MAX_PAGE_LINES).await?;
            if page.is_empty() || all.len() >= most {
                return Ok(all);
            }
            let left = most.saturating_sub(all.len());
            all.extend(page.into_iter().take(left));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::time::Moment;

    #[test]
    fn a_row_holds_any_text_of_telegram() {
        let failure = |reason: &str| FailedRecipient {
            position: 3,
            chat_id: 1001,
            state: "failed".to_owned(),
            reason: Some(reason.to_owned()),
            settled_at: Some(Moment(0)),
        };
        let line = failure("Bad Request: \"x\", y\nz").csv_line();
        assert_eq!(line, "3,1001,failed,\"Bad Request: \"\"x\"\", y\nz\",1970-01-01T00:00:00Z\r\n");
        assert_eq!(failure("=1+1").csv_line(), "3,1001,failed,\"'=1+1\",1970-01-01T00:00:00Z\r\n");
        let bare = FailedRecipient { reason: None, settled_at: None, ..failure("") };
        assert_eq!(bare.csv_line(), "3,1001,failed,\"\",\r\n");
    }
}
